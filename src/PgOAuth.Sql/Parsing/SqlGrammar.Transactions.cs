using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>BEGIN, COMMIT, ROLLBACK, savepoints, and what a transaction can be.</content>
internal ref partial struct SqlGrammar
{
    private bool TransactionStmtLegacy()
    {
        var mark = Mark;
        var token = _pos;
        if (Accept(T.Begin))
        {
            OptTransactionWord();
            TransactionModes(required: false);
        }
        else if (Accept(T.End))
        {
            OptTransactionWord();
            OptTransactionChain();
        }
        else
        {
            return false;
        }

        Emit(N.TransactionStmt, mark, token);
        return true;
    }

    private void RollbackStmt()
    {
        _pos++;
        if (Accept(T.Prepared))
        {
            SConst();
            return;
        }

        OptTransactionWord();
        if (Accept(T.To))
        {
            OptSavepointWord();
            ColId();
        }
        else
        {
            OptTransactionChain();
        }
    }

    private void OptTransactionWord() => _ = Accept(T.Work) || Accept(T.Transaction);

    private void OptTransactionChain()
    {
        if (Accept(T.And))
        {
            Accept(T.No);
            Expect(T.Chain);
        }
    }

    // SAVEPOINT may also be the savepoint's name.
    private void OptSavepointWord()
    {
        if (Is(T.Savepoint) && PeekHas(1, SqlTokenTraits.ColId))
        {
            _pos++;
        }
    }

    /// <summary>transaction_mode_list: commas between the modes are optional.</summary>
    private void TransactionModes(bool required)
    {
        while (true)
        {
            switch (Kind)
            {
                case T.Isolation:
                    _pos++;
                    Expect(T.Level);
                    IsolationLevel();
                    break;
                case T.Read:
                    _pos++;
                    if (!Accept(T.Only))
                    {
                        Expect(T.Write);
                    }

                    break;
                case T.Deferrable:
                    _pos++;
                    break;
                case T.Not:
                    _pos++;
                    Expect(T.Deferrable);
                    break;
                default:
                    if (required)
                    {
                        SyntaxError();
                    }

                    return;
            }

            required = Accept(T.Comma);
        }
    }

    private void IsolationLevel()
    {
        if (Accept(T.Read))
        {
            if (!Accept(T.Uncommitted))
            {
                Expect(T.Committed);
            }
        }
        else if (Accept(T.Repeatable))
        {
            Expect(T.Read);
        }
        else
        {
            Expect(T.Serializable);
        }
    }
}
