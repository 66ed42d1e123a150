using System.Text;

namespace PgOAuth.Enforcement;

/// <summary>What SET, RESET and set_config leave behind (stage 7), in the forms of PostgreSQL's gram.y.</summary>
internal static class SettingEffects
{
    // How far arguments are followed: calls within calls within calls must not be read once for each of them.
    private const int MaxTokens = 32;

    // The settings that every supported server reports whenever they change: the proxy keeps them per client.
    private static KeywordSet Reported => new(" application_name client_encoding datestyle intervalstyle timezone "u8);

    private static KeywordSet TrueLiterals => new(" true t yes y on 1 "u8);

    /// <summary>Reads what follows the word SET.</summary>
    internal static SessionEffects OfSet(SqlTokenizer tokens, Span<byte> buffer)
    {
        var first = tokens.Read();
        var isLocal = first.IsWord("local"u8);
        if ((isLocal || first.IsWord("session"u8)) && !ContinuesName(tokens.Peek()))
        {
            first = tokens.Read();
        }

        if (!ContinuesName(tokens.Peek()))
        {
            if (first.IsWord("transaction"u8) || first.IsWord("constraints"u8) || first.IsWord("time"u8))
            {
                return SessionEffects.None;
            }

            if (first.IsWord("names"u8))
            {
                return tokens.Peek().EndsStatement ? SessionEffects.None : OfAssignment("client_encoding"u8, isLocal, tokens, buffer);
            }

            return first.IsWord("seed"u8) ? SessionEffects.Tainted
                // SCHEMA 'pg_temp' makes tables temporary that do not say so.
                : isLocal && !first.IsWord("schema"u8) ? SessionEffects.None
                : SessionEffects.Touched;
        }

        return ReadName(first, ref tokens, buffer, out var name)
            ? OfAssignment(name, isLocal, tokens, buffer[name.Length..])
            : SessionEffects.Touched | SessionEffects.Tainted;
    }

    /// <summary>Reads what follows the word RESET.</summary>
    internal static SessionEffects OfReset(SqlTokenizer tokens, Span<byte> buffer)
    {
        var first = tokens.Read();
        if (first.IsWord("all"u8))
        {
            return SessionEffects.Touched | SessionEffects.Resets;
        }

        if (first.IsWord("time"u8) && tokens.Peek().IsWord("zone"u8))
        {
            return SessionEffects.None;
        }

        return !ReadName(first, ref tokens, buffer, out var name) || name.Contains((byte)'.') ? SessionEffects.Tainted
            : Reported.Contains(name) ? SessionEffects.None
            : SessionEffects.Touched;
    }

    /// <summary>Reads the arguments of set_config, from the bracket on.</summary>
    internal static SessionEffects OfSetConfig(SqlTokenizer tokens, scoped Span<byte> buffer)
    {
        tokens.Read();
        var isLocal = IsLocal(tokens, buffer);
        var literal = tokens.Read();
        if (!literal.IsString
            || SqlTextDecoder.Decode(literal, buffer, out var length) is not SqlTextResult.Whole
            || !tokens.Read().IsSymbol(","u8))
        {
            return isLocal ? SessionEffects.Touched | SessionEffects.Residue : SessionEffects.Tainted;
        }

        return OfAssignment(buffer[..length], isLocal, tokens, buffer[length..]);
    }

    // The tokenizer stands in front of the value; the buffer is free.
    private static SessionEffects OfAssignment(ReadOnlySpan<byte> name, bool isLocal, SqlTokenizer tokens, scoped Span<byte> buffer)
    {
        if (Ascii.EqualsIgnoreCase(name, "seed"u8))
        {
            return SessionEffects.Tainted;
        }

        if (name.Contains((byte)'.'))
        {
            return isLocal ? SessionEffects.Residue : SessionEffects.Tainted;
        }

        if (ProtectedSettings.IsRestricted(name) && !(SqlTextDecoder.Decode(tokens.Peek(), buffer, out var length) is SqlTextResult.Whole
            && (tokens.Peek().IsWord("default"u8) || ProtectedSettings.IsSafeValue(name, buffer[..length]))))
        {
            // From here on texts mean something else to the server than they do to these rules.
            return SessionEffects.Tainted;
        }

        if (Reported.Contains(name))
        {
            return SessionEffects.None;
        }

        return isLocal && !(Ascii.EqualsIgnoreCase(name, "search_path"u8) && MayNameTemporary(tokens, buffer))
            ? SessionEffects.None
            : SessionEffects.Touched;
    }

    // A search path that begins with pg_temp makes tables temporary that do not say so. Names are seen by EffectTokens, strings are not.
    private static bool MayNameTemporary(SqlTokenizer tokens, scoped Span<byte> buffer)
    {
        for (var read = 0; read < MaxTokens; read++)
        {
            var token = tokens.Read();
            if (token.EndsStatement || token.IsSymbol(")"u8))
            {
                return false;
            }

            if (token.Kind is SqlTokenKind.Unreadable or SqlTokenKind.Parameter or SqlTokenKind.Operator
                || token.IsSymbol("("u8)
                || (token.IsString
                    && (SqlTextDecoder.Decode(token, buffer, out var length) is not SqlTextResult.Whole || ContainsTemporary(buffer[..length]))))
            {
                return true;
            }
        }

        return true;
    }

    private static bool ContainsTemporary(Span<byte> path)
    {
        Ascii.ToLowerInPlace(path, out _);
        return path.IndexOf("pg_temp"u8) >= 0;
    }

    // Whether the last of three arguments is the literal true. Stands behind the bracket.
    private static bool IsLocal(SqlTokenizer tokens, scoped Span<byte> buffer)
    {
        var depth = 0;
        var commas = 0;
        for (var read = 0; read < MaxTokens; read++)
        {
            var token = tokens.Read();
            if (token.Kind is SqlTokenKind.Unreadable or SqlTokenKind.End)
            {
                return false;
            }

            if (token.IsSymbol("("u8) || token.IsSymbol("["u8))
            {
                depth++;
            }
            else if (token.IsSymbol(")"u8) || token.IsSymbol("]"u8))
            {
                if (--depth < 0)
                {
                    return false;
                }
            }
            else if (depth == 0 && token.IsSymbol(","u8) && ++commas == 2)
            {
                var last = tokens.Read();
                return tokens.Read().IsSymbol(")"u8)
                    && (last.IsWord("true"u8)
                        || (last.IsString && SqlTextDecoder.Decode(last, buffer, out var length) is SqlTextResult.Whole && TrueLiterals.Contains(buffer[..length])));
            }
        }

        return false;
    }

    /// <summary>Reads name(.name)* and the sign behind it, joined as PostgreSQL joins them: "a.b" in quotes and a.b are one setting.</summary>
    private static bool ReadName(SqlToken first, ref SqlTokenizer tokens, Span<byte> buffer, out ReadOnlySpan<byte> name)
    {
        var length = 0;
        var part = first;
        name = default;
        while (true)
        {
            var rest = buffer[length..];
            if (!part.IsName || SqlTextDecoder.DecodeName(part, rest, out var decoded) is not SqlTextResult.Whole || decoded.Length >= rest.Length)
            {
                return false;
            }

            length += decoded.Length;
            if (!tokens.Read().IsSymbol("."u8))
            {
                name = buffer[..length];
                return true;
            }

            buffer[length++] = (byte)'.';
            part = tokens.Read();
        }
    }

    private static bool ContinuesName(in SqlToken next) =>
        next.IsSymbol("="u8) || next.IsSymbol("."u8) || next.IsWord("to"u8) || next.IsWord("from"u8);
}
