using PgOAuth.Sql.Lexing;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>Objects of any kind with the word for their kind before them: COMMENT ON, SECURITY LABEL ON, ALTER EXTENSION .. ADD.</content>
internal ref partial struct SqlGrammar
{
    /// <summary>The kinds of objects that all of these commands know. False when none of them stands here.</summary>
    private bool CommonObject()
    {
        switch (Kind)
        {
            case T.Type:
            case T.Domain:
                _pos++;
                Typename();
                return true;
            case T.Aggregate:
                _pos++;
                AggregateWithArgtypes();
                return true;
            case T.Function:
            case T.Procedure:
            case T.Routine:
                _pos++;
                FunctionWithArgtypes();
                return true;
            default:
                if (AcceptRelationKind())
                {
                    NamedRelation();
                    return true;
                }

                if (AcceptSchemaMemberKind())
                {
                    AnyName();
                    return true;
                }

                if (AcceptObjectTypeName())
                {
                    ColId();
                    return true;
                }

                return false;
        }
    }

    /// <summary>The kinds that COMMENT and ALTER EXTENSION know, but SECURITY LABEL does not.</summary>
    private bool RareObject()
    {
        switch (Kind)
        {
            case T.Operator:
                _pos++;
                if (Kind is T.Class or T.Family && Peek(1) != T.Dot)
                {
                    _pos++;
                    AnyName();
                    Expect(T.Using);
                    ColId();
                }
                else
                {
                    OperatorWithArgtypes();
                }

                return true;
            case T.Cast:
                _pos++;
                Expect(T.LeftParen);
                Typename();
                Expect(T.As);
                Typename();
                Expect(T.RightParen);
                return true;
            case T.Transform:
                _pos++;
                Expect(T.For);
                Typename();
                Expect(T.Language);
                ColId();
                return true;
            default:
                return false;
        }
    }

    // object_type_any_name, as far as it names relations.
    private bool AcceptRelationKind() => Accept(T.Table) || Accept(T.Sequence) || Accept(T.View) || Accept(T.Index) ||
        Accept(T.Materialized, T.View) || Accept(T.Foreign, T.Table);

    // The rest of object_type_any_name.
    private bool AcceptSchemaMemberKind() => Accept(T.Collation) || Accept(T.Conversion) || Accept(T.Statistics) ||
        Accept(T.Text, T.Search, T.Parser) || Accept(T.Text, T.Search, T.Dictionary) || Accept(T.Text, T.Search, T.Template) ||
        Accept(T.Text, T.Search, T.Configuration);

    // object_type_name.
    private bool AcceptObjectTypeName() => Accept(T.Database) || Accept(T.Role) || Accept(T.Subscription) || Accept(T.Tablespace) ||
        Accept(T.Extension) || Accept(T.Publication) || Accept(T.Schema) || Accept(T.Server) || Accept(T.Language) ||
        Accept(T.Procedural, T.Language) || Accept(T.Access, T.Method) || Accept(T.Event, T.Trigger) || Accept(T.Foreign, T.Data, T.Wrapper);
}
