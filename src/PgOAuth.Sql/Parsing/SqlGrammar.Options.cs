using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>Lists of options that several commands share: definition, reloptions, utility_option_list.</content>
internal ref partial struct SqlGrammar
{
    /// <summary>reloptions: '(' name[.name] [= def_arg], .. ')'.</summary>
    private void Reloptions()
    {
        Expect(T.LeftParen);
        do
        {
            ColLabel();
            if (Accept(T.Dot))
            {
                ColLabel();
            }

            if (Accept(T.Equal))
            {
                DefArg();
            }
        }
        while (Accept(T.Comma));

        Expect(T.RightParen);
    }

    /// <summary>opt_reloptions.</summary>
    private void OptReloptions()
    {
        if (Accept(T.With))
        {
            Reloptions();
        }
    }

    /// <summary>definition: '(' name [= def_arg], .. ')'.</summary>
    private void Definition()
    {
        Expect(T.LeftParen);
        do
        {
            ColLabel();
            if (Accept(T.Equal))
            {
                DefArg();
            }
        }
        while (Accept(T.Comma));

        Expect(T.RightParen);
    }

    /// <summary>def_arg: a type, a reserved word, an operator, a number, a string or NONE.</summary>
    private void DefArg()
    {
        if (Accept(T.SConst) || AcceptNumericOnly())
        {
            return;
        }

        // NONE is a col_name_keyword, which no type's name may be.
        if (Accept(T.None) || ((_traits[(int)Kind] & SqlTokenTraits.Reserved) != 0 && Advance()))
        {
            return;
        }

        if (IsAllOp(Kind) || (Is(T.Operator) && Peek(1) == T.LeftParen))
        {
            QualAllOp();
            return;
        }

        FuncType();
    }

    private bool Advance()
    {
        _pos++;
        return true;
    }

    /// <summary>'(' utility_option_list ')', from the bracket on.</summary>
    private void UtilityOptionList()
    {
        Expect(T.LeftParen);
        do
        {
            if (Kind is T.Analyze or T.Analyse or T.FormatLa)
            {
                _pos++;
            }
            else
            {
                NonReservedWord();
            }

            _ = AcceptNumericOnly() || AcceptBooleanOrString();
        }
        while (Accept(T.Comma));

        Expect(T.RightParen);
    }
}
