using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>Statements of a text, and which rule reads which.</content>
internal ref partial struct SqlGrammar
{
    /// <summary>The next statement of the text, up to and without its semicolon. False at the end of the text or after an error.</summary>
    /// <param name="root">The statement's node.</param>
    /// <param name="first">Its first token.</param>
    /// <param name="end">The token behind its last one.</param>
    public bool NextStatement(out int root, out int first, out int end)
    {
        root = -1;
        while (Accept(T.Semicolon))
        {
        }

        first = end = _pos;
        if (Is(T.EndOfText))
        {
            return false;
        }

        ToplevelStmt();
        if (Error is null && !(Kind is T.Semicolon or T.EndOfText))
        {
            SyntaxError();
        }

        root = _count - 1;
        end = _pos;
        return Error is null;
    }

    // toplevel_stmt: BEGIN and END are statements here only; in a function's body they are not.
    private void ToplevelStmt()
    {
        if (!TransactionStmtLegacy())
        {
            Stmt();
        }
    }

    /// <summary>stmt, without the empty one. Its node is the last one.</summary>
    private void Stmt()
    {
        if (!AcceptPreparableStmt() && !SessionStmt() && !CursorStmt() && !AccessStmt() && !MaintenanceStmt() && !CreateOrAlterOrDrop())
        {
            SyntaxError();
        }
    }

    // Definition and change of objects: the second word tells what.
    private bool CreateOrAlterOrDrop() => Kind switch
    {
        T.Create => CreateTableFamily() || CreateRoutineFamily() || CreateObjectFamily(),
        T.Alter => AlterTableFamily() || AlterRoutineFamily() || AlterObjectFamily(),
        T.Drop => DropFamily(),
        _ => false,
    };
}
