using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>DROP of everything.</content>
internal ref partial struct SqlGrammar
{
    private bool DropFamily()
    {
        if (!Is(T.Drop))
        {
            return false;
        }

        var mark = Mark;
        var token = _pos++;
        var kind = DropRelation() || DropNamed() || DropSignature() ? N.DropStmt : DropGlobal();
        Emit(kind, mark, token);
        return true;
    }

    // What names relations, or hangs on one. False, and nothing read, when none of it stands here.
    private bool DropRelation()
    {
        switch (Kind)
        {
            case T.Table:
            case T.Sequence:
            case T.View:
                _pos++;
                break;
            case T.Index:
                _pos++;
                Accept(T.Concurrently);
                break;
            case T.Materialized:
                _pos++;
                Expect(T.View);
                break;
            case T.Foreign when Peek(1) == T.Table:
                _pos += 2;
                break;
            case T.Policy:
            case T.Rule:
            case T.Trigger:
                _pos++;
                OptIfExists();
                ColId();
                Expect(T.On);
                NamedRelation();
                OptDropBehavior();
                return true;
            default:
                return false;
        }

        OptIfExists();
        NamedRelationList();
        OptDropBehavior();
        return true;
    }

    // What is named by a list of names alone.
    private bool DropNamed()
    {
        switch (Kind)
        {
            case T.Collation:
            case T.Conversion:
            case T.Statistics:
                _pos++;
                OptIfExists();
                AnyNameList();
                break;
            case T.Text:
                _pos++;
                Expect(T.Search);
                if (!Accept(T.Parser) && !Accept(T.Dictionary) && !Accept(T.Template))
                {
                    Expect(T.Configuration);
                }

                OptIfExists();
                AnyNameList();
                break;
            case T.Type:
            case T.Domain:
                _pos++;
                OptIfExists();
                TypeList();
                break;
            case T.Extension:
            case T.Language:
            case T.Publication:
            case T.Schema:
            case T.Server:
                _pos++;
                OptIfExists();
                NameList();
                break;
            case T.Access:
                _pos++;
                Expect(T.Method);
                OptIfExists();
                NameList();
                break;
            case T.Event:
                _pos++;
                Expect(T.Trigger);
                OptIfExists();
                NameList();
                break;
            case T.Foreign:
                _pos++;
                Expect(T.Data, T.Wrapper);
                OptIfExists();
                NameList();
                break;
            case T.Procedural:
                _pos++;
                Expect(T.Language);
                OptIfExists();
                NameList();
                break;
            default:
                return false;
        }

        OptDropBehavior();
        return true;
    }

    // What is named together with types.
    private bool DropSignature()
    {
        switch (Kind)
        {
            case T.Function:
            case T.Procedure:
            case T.Routine:
                _pos++;
                OptIfExists();
                FunctionWithArgtypesList();
                break;
            case T.Aggregate:
                _pos++;
                OptIfExists();
                AggregateWithArgtypesList();
                break;
            case T.Operator when Peek(1) is T.Class or T.Family && Peek(2) != T.Dot:
                _pos += 2;
                OptIfExists();
                AnyName();
                Expect(T.Using);
                ColId();
                break;
            case T.Operator:
                _pos++;
                OptIfExists();
                OperatorWithArgtypesList();
                break;
            case T.Cast:
                _pos++;
                OptIfExists();
                Expect(T.LeftParen);
                Typename();
                Expect(T.As);
                Typename();
                Expect(T.RightParen);
                break;
            case T.Transform:
                _pos++;
                OptIfExists();
                Expect(T.For);
                Typename();
                Expect(T.Language);
                ColId();
                break;
            default:
                return false;
        }

        OptDropBehavior();
        return true;
    }

    // What has a statement of its own.
    private N DropGlobal()
    {
        switch (Kind)
        {
            case T.User when Peek(1) == T.Mapping && Peek(2) is T.For or T.If:
                DropUserMapping();
                return N.DropUserMappingStmt;
            case T.Role:
            case T.User:
            case T.Group:
                _pos++;
                OptIfExists();
                RoleList();
                return N.DropRoleStmt;
            case T.Database:
                _pos++;
                DropDatabase();
                return N.DropdbStmt;
            case T.Tablespace:
                _pos++;
                OptIfExists();
                ColId();
                return N.DropTableSpaceStmt;
            case T.Subscription:
                _pos++;
                OptIfExists();
                ColId();
                OptDropBehavior();
                return N.DropSubscriptionStmt;
            case T.Owned:
                _pos++;
                Expect(T.By);
                RoleList();
                OptDropBehavior();
                return N.DropOwnedStmt;
            default:
                SyntaxError();
                return N.DropStmt;
        }
    }

    // From USER MAPPING on.
    private void DropUserMapping()
    {
        _pos += 2;
        OptIfExists();
        Expect(T.For);
        if (!Accept(T.User))
        {
            RoleSpec();
        }

        Expect(T.Server);
        ColId();
    }

    private void DropDatabase()
    {
        OptIfExists();
        ColId();
        if (OptWith() || Is(T.LeftParen))
        {
            Expect(T.LeftParen);
            do
            {
                Expect(T.Force);
            }
            while (Accept(T.Comma));

            Expect(T.RightParen);
        }
    }
}
