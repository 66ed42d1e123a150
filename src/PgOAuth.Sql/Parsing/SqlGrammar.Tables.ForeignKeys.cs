using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>MATCH, ON DELETE and ON UPDATE of a foreign key.</content>
internal ref partial struct SqlGrammar
{
    private void KeyMatch()
    {
        if (!Accept(T.Match) || Accept(T.Full) || Accept(T.Simple))
        {
            return;
        }

        Expect(T.Partial);
        Fail("MATCH PARTIAL not yet implemented");
    }

    // key_actions: ON UPDATE and ON DELETE, each at most once.
    private void KeyActions()
    {
        var update = false;
        var delete = false;
        while (Is(T.On))
        {
            if (Peek(1) == T.Update && !update)
            {
                update = true;
            }
            else if (Peek(1) == T.Delete && !delete)
            {
                delete = true;
            }
            else
            {
                SyntaxError();
                return;
            }

            var token = _pos;
            _pos += 2;
            if (KeyAction() && _tokens[token + 1].Kind == T.Update)
            {
                Fail("a column list with SET is only supported for ON DELETE actions", token);
            }
        }
    }

    // True when it has a list of columns.
    private bool KeyAction()
    {
        if (Accept(T.Restrict) || Accept(T.Cascade))
        {
            return false;
        }

        if (Accept(T.No))
        {
            Expect(T.Action);
            return false;
        }

        Expect(T.Set);
        if (!Accept(T.Null))
        {
            Expect(T.Default);
        }

        return OptNameList();
    }
}
