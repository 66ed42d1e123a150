using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>Statements about the session: transactions, settings, notifications.</content>
internal ref partial struct SqlGrammar
{
    private bool SessionStmt()
    {
        var mark = Mark;
        var token = _pos;
        var kind = N.TransactionStmt;
        switch (Kind)
        {
            case T.Abort:
                _pos++;
                OptTransactionWord();
                OptTransactionChain();
                break;
            case T.Start:
                _pos++;
                Expect(T.Transaction);
                TransactionModes(required: false);
                break;
            case T.Commit:
                _pos++;
                if (Accept(T.Prepared))
                {
                    SConst();
                }
                else
                {
                    OptTransactionWord();
                    OptTransactionChain();
                }

                break;
            case T.Rollback:
                RollbackStmt();
                break;
            case T.Savepoint:
                _pos++;
                ColId();
                break;
            case T.Release:
                _pos++;
                OptSavepointWord();
                ColId();
                break;
            case T.Prepare when Peek(1) == T.Transaction && Peek(2) == T.SConst:
                _pos += 3;
                break;
            case T.Set when Peek(1) == T.Constraints && Peek(2) is not (T.To or T.Equal or T.Dot or T.From):
                _pos += 2;
                if (!Accept(T.All))
                {
                    QualifiedNameList(F.None);
                }

                if (!Accept(T.Deferred))
                {
                    Expect(T.Immediate);
                }

                kind = N.ConstraintsSetStmt;
                break;
            case T.Set:
                VariableSetStmt();
                return true;
            case T.Reset:
                VariableResetStmt();
                return true;
            case T.Show:
                _pos++;
                VariableName();
                kind = N.VariableShowStmt;
                break;
            case T.Discard:
                _pos++;
                if (!(Accept(T.All) || Accept(T.Temp) || Accept(T.Temporary) || Accept(T.Plans)))
                {
                    Expect(T.Sequences);
                }

                kind = N.DiscardStmt;
                break;
            case T.Listen:
                _pos++;
                ColId();
                kind = N.ListenStmt;
                break;
            case T.Unlisten:
                _pos++;
                if (!Accept(T.Star))
                {
                    ColId();
                }

                kind = N.UnlistenStmt;
                break;
            case T.Notify:
                _pos++;
                ColId();
                if (Accept(T.Comma))
                {
                    SConst();
                }

                kind = N.NotifyStmt;
                break;
            case T.Load:
                _pos++;
                SConst();
                kind = N.LoadStmt;
                break;
            case T.Checkpoint:
                _pos++;
                kind = N.CheckPointStmt;
                break;
            default:
                return false;
        }

        Emit(kind, mark, token);
        return true;
    }

    /// <summary>VariableSetStmt; also the SET of SetResetClause.</summary>
    private void VariableSetStmt()
    {
        var mark = Mark;
        var token = _pos;
        Expect(T.Set);
        if (Kind is T.Local or T.Session && !NamesSetting(1) && !(Is(T.Session) && SessionNamesWhatIsSet()))
        {
            _pos++;
        }

        SetRest();
        Emit(N.VariableSetStmt, mark, token);
    }

    // SESSION AUTHORIZATION and SESSION CHARACTERISTICS; but SET SESSION characteristics = 1 is for a setting of that name.
    private readonly bool SessionNamesWhatIsSet() => Peek(1) == T.Authorization || (Peek(1) == T.Characteristics && !NamesSetting(2));

    /// <summary>SetResetClause, with a node of its own.</summary>
    private void SetResetClause()
    {
        var mark = Mark;
        var token = _pos;
        if (Is(T.Reset))
        {
            VariableResetStmt();
            return;
        }

        Expect(T.Set);
        SetRest();
        Emit(N.VariableSetStmt, mark, token);
    }

    /// <summary>FunctionSetResetClause, with a node of its own.</summary>
    private void FunctionSetResetClause()
    {
        var mark = Mark;
        var token = _pos;
        if (Is(T.Reset))
        {
            VariableResetStmt();
            return;
        }

        Expect(T.Set);
        SetRestMore();
        Emit(N.VariableSetStmt, mark, token);
    }

    // Whether the word at that distance ends a setting's name: what precedes it is then a name and no keyword.
    private readonly bool NamesSetting(int ahead) => Peek(ahead) is T.To or T.Equal or T.Dot or T.From;

    private void SetRest()
    {
        if (Is(T.Transaction) && !NamesSetting(1) && Peek(1) != T.Snapshot)
        {
            _pos++;
            TransactionModes(required: true);
        }
        else if (Accept(T.Session, T.Characteristics))
        {
            Expect(T.As, T.Transaction);
            TransactionModes(required: true);
        }
        else
        {
            SetRestMore();
        }
    }

    /// <summary>set_rest_more.</summary>
    private void SetRestMore()
    {
        var token = _pos;
        if (NamesSetting(1))
        {
            GenericSet();
            return;
        }

        switch (Kind)
        {
            case T.Time:
                _pos++;
                Expect(T.Zone);
                ZoneValue();
                break;
            case T.Catalog:
                Fail("current database cannot be changed");
                break;
            case T.Schema:
                _pos++;
                SConst();
                break;
            case T.Names:
                _pos++;
                _ = Accept(T.SConst) || Accept(T.Default);
                break;
            case T.Role:
                _pos++;
                NonReservedWordOrSconst();
                break;
            case T.Session:
                _pos++;
                Expect(T.Authorization);
                if (!Accept(T.Default))
                {
                    NonReservedWordOrSconst();
                }

                break;
            case T.Xml:
                _pos++;
                Expect(T.Option);
                DocumentOrContent();
                break;
            case T.Transaction:
                _pos++;
                Expect(T.Snapshot);
                SConst();
                break;
            default:
                SyntaxError();
                return;
        }

        Emit(N.Setting, Mark, token);
    }

    /// <summary>generic_set, and var_name FROM CURRENT.</summary>
    private void GenericSet()
    {
        VarName();
        if (Accept(T.From))
        {
            Expect(T.Current);
            return;
        }

        GenericSetValue();
    }

    // The rest of generic_set, behind the name.
    private void GenericSetValue()
    {
        if (!Accept(T.To))
        {
            Expect(T.Equal);
        }

        if (Accept(T.Default))
        {
            return;
        }

        do
        {
            if (!AcceptNumericOnly())
            {
                BooleanOrString();
            }
        }
        while (Accept(T.Comma));
    }

    // var_name: words between dots.
    private void VarName()
    {
        var token = ColId();
        while (Accept(T.Dot))
        {
            ColId();
        }

        Emit(N.Setting, Mark, token);
    }

    private void ZoneValue()
    {
        if (Accept(T.SConst) || Accept(T.Ident) || Accept(T.Default) || Accept(T.Local) || AcceptNumericOnly())
        {
            return;
        }

        Expect(T.Interval);
        if (Accept(T.LeftParen))
        {
            IConst();
            Expect(T.RightParen);
            SConst();
            return;
        }

        SConst();
        var fields = _pos;
        OptInterval();

        // The message forgets MINUTE alone, which the server's check lets through.
        if (!Failed && fields != _pos && (_tokens[fields].Kind is not (T.Hour or T.Minute) || (_pos > fields + 1 && _tokens[_pos - 1].Kind != T.Minute)))
        {
            Fail("time zone interval must be HOUR or HOUR TO MINUTE", fields);
        }
    }

    /// <summary>VariableResetStmt.</summary>
    private void VariableResetStmt()
    {
        var mark = Mark;
        var token = _pos;
        Expect(T.Reset);
        VariableName();
        Emit(N.VariableSetStmt, mark, token);
    }

    // What RESET and SHOW name.
    private void VariableName()
    {
        var token = _pos;
        if (Accept(T.All))
        {
            return;
        }

        if (Accept(T.Time, T.Zone) || Accept(T.Transaction, T.Isolation, T.Level) || Accept(T.Session, T.Authorization))
        {
            Emit(N.Setting, Mark, token);
            return;
        }

        VarName();
    }
}
