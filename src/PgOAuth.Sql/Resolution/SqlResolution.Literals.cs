using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Resolution;

/// <content>Names in values: regclass.</content>
internal ref partial struct SqlResolution
{
    private const uint RegclassType = 2205;
    private const uint TextType = 25;

    // Whether a type is regclass, its array or a domain over it.
    private readonly bool IsRegclass(int token, int endToken)
    {
        // All types with a grammar of their own are something else.
        if (_tokens[token].Kind == T.Setof)
        {
            token++;
        }

        var last = token;
        while (last + 2 < endToken && _tokens[last + 1].Kind == T.Dot)
        {
            last += 2;
        }

        if (_tokens[last].Kind != T.Ident)
        {
            return false;
        }

        Span<byte> name = stackalloc byte[MaxName];
        Span<byte> schema = stackalloc byte[MaxName];
        var word = name[..Fold(last, name)];
        if (word.SequenceEqual("regclass"u8) || word.SequenceEqual("_regclass"u8))
        {
            return true;
        }

        var type = last == token ? _catalog.FindType(default, word) : _catalog.FindType(schema[..Fold(last - 2, schema)], word);
        while (type is { Kind: SqlTypeKind.Domain })
        {
            if (type.BaseType == RegclassType)
            {
                return true;
            }

            type = _catalog.FindType(type.BaseType);
        }

        return false;
    }

    /// <summary>A value that is read as a relation's name.</summary>
    /// <param name="node">The value.</param>
    /// <param name="functionsFrom">An access whose functions get the name; -1: a cast.</param>
    /// <param name="mayBeMissing">A name of nothing is no error (to_regclass).</param>
    /// <param name="isArray">The value holds any number of names.</param>
    private readonly void NameValue(int node, int functionsFrom, bool mayBeMissing, bool isArray)
    {
        ref var value = ref _nodes[node];
        var kind = _tokens[value.Token].Kind;
        if (value.Kind == N.AConst && kind == T.Null)
        {
            return;
        }

        SqlRelation? relation = null;
        var isQualified = false;
        if (value.Kind == N.AConst && (value.Flags & F.String) != 0 && !isArray)
        {
            relation = NamedInLiteral(value.Token, out var isName, out isQualified);
            if (isName && relation is null)
            {
                if (!mayBeMissing)
                {
                    Missing("unknown relation", value);
                }

                return;
            }
        }

        var access = Add(SqlAccessKind.Name, relation, value.Token, value.EndToken);
        if (functionsFrom >= 0)
        {
            _accesses.CopyFunctions(functionsFrom, access);
        }

        if (_allowUnknown && relation is not null && !isQualified)
        {
            Others(SqlAccessKind.Name, relation, relation.Name.Utf8, value.Token, value.EndToken, only: false, functionsFrom);
        }
    }

    // regclassin: words between dots, folded unless quoted; a number is an oid and names anything.
    private readonly SqlRelation? NamedInLiteral(int token, out bool isName, out bool isQualified)
    {
        var raw = _text[_tokens[token].Start.._tokens[token].End];
        isName = false;
        isQualified = false;
        Span<byte> first = stackalloc byte[MaxName];
        Span<byte> second = stackalloc byte[MaxName];
        Span<byte> third = stackalloc byte[MaxName];

        // Plain quotes without quotes inside are read in place; all others are rare.
        var plain = raw[0] == '\'' && raw[1..^1].IndexOf((byte)'\'') < 0;
        var value = plain ? raw[1..^1] : SqlText.DecodeString(raw, _tokens[token].Kind, _tokens[token].Escape);
        var p = 0;
        if (!NextWord(value, ref p, first, out var firstLength, out var more))
        {
            return null;
        }

        if (!more)
        {
            isName = true;
            return FindOrUnknownRelation(default, first[..firstLength]);
        }

        isQualified = true;
        if (!NextWord(value, ref p, second, out var secondLength, out more))
        {
            return null;
        }

        if (!more)
        {
            isName = true;
            return FindOrUnknownRelation(first[..firstLength], second[..secondLength]);
        }

        if (!NextWord(value, ref p, third, out var thirdLength, out more) || more)
        {
            return null;
        }

        isName = true;
        return _catalog.Database.Is(first[..firstLength]) ? FindOrUnknownRelation(second[..secondLength], third[..thirdLength]) : null;
    }

    // False: not a name the server would read, or a number.
    private static bool NextWord(ReadOnlySpan<byte> value, ref int p, Span<byte> word, out int length, out bool more)
    {
        length = 0;
        more = false;
        SkipSpace(value, ref p);
        if (p >= value.Length)
        {
            return false;
        }

        var quoted = value[p] == '"';
        if (quoted)
        {
            p++;
            while (true)
            {
                if (p >= value.Length)
                {
                    return false;
                }

                if (value[p] == '"')
                {
                    p++;
                    if (p >= value.Length || value[p] != '"')
                    {
                        break;
                    }
                }

                if (length == word.Length)
                {
                    return false;
                }

                word[length++] = value[p++];
            }
        }
        else
        {
            // A cut name is not read here: it would have to be cut as the server cuts it.
            while (p < value.Length && value[p] != '.' && !IsSpace(value[p]))
            {
                if (length == word.Length)
                {
                    return false;
                }

                var b = value[p++];
                word[length++] = (uint)(b - 'A') <= 'Z' - 'A' ? (byte)(b | 0x20) : b;
            }
        }

        if (length is 0 or > SqlText.MaxIdentifierBytes || (!quoted && (char.IsAsciiDigit((char)word[0]) || word[0] == '-')))
        {
            return false;
        }

        SkipSpace(value, ref p);
        if (p == value.Length)
        {
            return true;
        }

        more = value[p++] == '.';
        return more;
    }

    private static void SkipSpace(ReadOnlySpan<byte> value, ref int p)
    {
        while (p < value.Length && IsSpace(value[p]))
        {
            p++;
        }
    }

    private static bool IsSpace(byte b) => b is (byte)' ' or (>= (byte)'\t' and <= (byte)'\r');
}
