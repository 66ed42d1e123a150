using PgOAuth.Sql.Lexing;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>Publications and subscriptions.</content>
internal ref partial struct SqlGrammar
{
    private void CreatePublication()
    {
        ColId();
        if (Accept(T.For) && !Accept(T.All, T.Tables))
        {
            PublicationObjectList();
        }

        OptDefinition();
    }

    private N AlterPublication()
    {
        ColId();
        var kind = AcceptRenameOrOwner();
        if (kind != N.None)
        {
            return kind;
        }

        if (Is(T.Set) && Peek(1) == T.LeftParen)
        {
            _pos++;
            Definition();
            return N.AlterPublicationStmt;
        }

        if (!Accept(T.Set) && !Accept(T.Add))
        {
            Expect(T.Drop);
        }

        PublicationObjectList();
        return N.AlterPublicationStmt;
    }

    // pub_obj_list. An item without a word for its kind is of the kind of the one before it, so that the first needs one.
    private void PublicationObjectList()
    {
        var schemas = false;
        var first = true;
        do
        {
            if (Accept(T.Table))
            {
                schemas = false;
                PublicationTable();
            }
            else if (Accept(T.Tables, T.In))
            {
                Expect(T.Schema);
                schemas = true;
                PublicationSchema();
            }
            else if (first)
            {
                Fail("invalid publication object list");
            }
            else if (schemas)
            {
                PublicationSchema();
            }
            else
            {
                PublicationTable();
            }

            first = false;
        }
        while (Accept(T.Comma));
    }

    private void PublicationSchema()
    {
        if (!Accept(T.CurrentSchema))
        {
            ColId();
        }
    }

    private void PublicationTable()
    {
        RelationExpr(F.Write);
        OptNameList();
        if (Is(T.Where))
        {
            var mark = Mark;
            var token = _pos++;
            ExprInParens();
            Emit(N.WhereClause, mark, token);
        }
    }

    // opt_definition.
    private void OptDefinition()
    {
        if (Accept(T.With))
        {
            Definition();
        }
    }

    private void CreateSubscription()
    {
        ColId();
        Expect(T.Connection);
        SConst();
        Expect(T.Publication);
        NameList();
        OptDefinition();
    }

    private N AlterSubscription()
    {
        ColId();
        var kind = AcceptRenameOrOwner();
        if (kind != N.None)
        {
            return kind;
        }

        switch (Kind)
        {
            case T.Connection:
                _pos++;
                SConst();
                break;
            case T.Refresh:
                _pos++;
                Expect(T.Publication);
                OptDefinition();
                break;
            case T.Set when Peek(1) == T.LeftParen:
            case T.Skip:
                _pos++;
                Definition();
                break;
            case T.Set:
            case T.Add:
            case T.Drop:
                _pos++;
                Expect(T.Publication);
                NameList();
                OptDefinition();
                break;
            case T.Enable:
            case T.Disable:
                _pos++;
                break;
            default:
                SyntaxError();
                break;
        }

        return N.AlterSubscriptionStmt;
    }
}
