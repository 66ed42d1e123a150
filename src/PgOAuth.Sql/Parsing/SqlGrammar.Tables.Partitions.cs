using System.Text;
using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>Partitioning.</content>
internal ref partial struct SqlGrammar
{
    // PartitionSpec, from PARTITION on.
    private void PartitionSpec()
    {
        Expect(T.Partition, T.By);
        var strategy = ColId();
        if (!Failed && !IsPartitionStrategy(strategy))
        {
            Fail("unrecognized partitioning strategy", strategy);
        }

        Expect(T.LeftParen);
        do
        {
            PartElem();
        }
        while (Accept(T.Comma));

        Expect(T.RightParen);
    }

    // Letter case does not count, not even in quotes.
    private readonly bool IsPartitionStrategy(int token)
    {
        Span<byte> buffer = stackalloc byte[SqlText.MaxIdentifierBytes + 1];
        var name = buffer[..SqlText.WriteIdentifier(_text, _tokens[token], buffer)];
        return Ascii.EqualsIgnoreCase(name, "list"u8) || Ascii.EqualsIgnoreCase(name, "range"u8) || Ascii.EqualsIgnoreCase(name, "hash"u8);
    }

    private void PartElem()
    {
        if (Accept(T.LeftParen))
        {
            AExpr();
            Expect(T.RightParen);
        }
        else if (Has(SqlTokenTraits.ColId) && Peek(1) is not (T.LeftParen or T.Dot))
        {
            _pos++;
        }
        else
        {
            FuncExprWindowless();
        }

        OptCollate();
        if (Has(SqlTokenTraits.ColId))
        {
            AnyName();
        }
    }

    private void PartitionBoundSpec()
    {
        if (Accept(T.Default))
        {
            return;
        }

        Expect(T.For, T.Values);
        switch (Kind)
        {
            case T.With:
                _pos++;
                Expect(T.LeftParen);
                HashPartBound();
                Expect(T.RightParen);
                break;
            case T.In:
                _pos++;
                PartBoundValues();
                break;
            default:
                Expect(T.From);
                PartBoundValues();
                Expect(T.To);
                PartBoundValues();
                break;
        }
    }

    private void PartBoundValues()
    {
        Expect(T.LeftParen);
        ExprList();
        Expect(T.RightParen);
    }

    private void HashPartBound()
    {
        var modulus = false;
        var remainder = false;
        do
        {
            var word = NonReservedWord();
            IConst();
            if (Failed)
            {
                return;
            }

            ref var seen = ref modulus;
            if (TokenEquals(word, "remainder"u8))
            {
                seen = ref remainder;
            }
            else if (!TokenEquals(word, "modulus"u8))
            {
                Fail("unrecognized hash partition bound specification", word);
                return;
            }

            if (seen)
            {
                Fail("modulus or remainder for hash partition provided more than once", word);
                return;
            }

            seen = true;
        }
        while (Accept(T.Comma));

        if (!modulus)
        {
            Fail("modulus for hash partition must be specified");
        }
        else if (!remainder)
        {
            Fail("remainder for hash partition must be specified");
        }
    }
}
