namespace PgOAuth.Enforcement;

/// <summary>The text that a token stands for: quotes and escapes resolved, unquoted names folded (stage 7).</summary>
internal static class SqlTextDecoder
{
    /// <summary>NAMEDATALEN - 1: PostgreSQL cuts longer names, it does not refuse them.</summary>
    private const int MaxNameBytes = 63;

    /// <summary>A name as PostgreSQL compares it: folded, unescaped, cut to 63 bytes.</summary>
    internal static SqlTextResult DecodeName(in SqlToken token, Span<byte> buffer, out ReadOnlySpan<byte> name)
    {
        var result = Decode(token, buffer, out var length);
        // Only an escaped name is unescaped after it was gathered, so only there a cut gathering may have lost the front.
        if (result is SqlTextResult.Partial && token.Kind is not SqlTokenKind.UnicodeName)
        {
            result = SqlTextResult.Whole;
        }

        name = buffer[..Math.Min(length, MaxNameBytes)];
        return result;
    }

    /// <summary>The text of a name, string or number, as far as the buffer goes.</summary>
    internal static SqlTextResult Decode(in SqlToken token, Span<byte> buffer, out int length)
    {
        var raw = token.Raw;
        var sink = new ByteSink(buffer);
        length = 0;
        switch (token.Kind)
        {
            case SqlTokenKind.Word:
                Fold(raw, ref sink);
                break;
            case SqlTokenKind.Number:
                sink.Add(raw);
                break;
            case SqlTokenKind.QuotedName:
                Unquote(raw[1..^1], (byte)'"', ref sink);
                break;
            case SqlTokenKind.String:
                Unquote(raw[1..^1], (byte)'\'', ref sink);
                break;
            case SqlTokenKind.DollarString:
                var tag = raw[1..].IndexOf((byte)'$') + 2;
                sink.Add(raw[tag..^tag]);
                break;
            case SqlTokenKind.EscapeString:
                if (!SqlEscapes.DecodeBackslashes(raw[2..^1], ref sink))
                {
                    return SqlTextResult.Invalid;
                }

                break;
            case SqlTokenKind.UnicodeName or SqlTokenKind.UnicodeString:
                var quote = token.Kind is SqlTokenKind.UnicodeName ? (byte)'"' : (byte)'\'';
                Unquote(raw[3..^1], quote, ref sink);
                // PostgreSQL joins a continued string before it resolves the escapes: one may span the parts.
                var unescaped = sink.IsFull ? 0 : SqlEscapes.DecodeUnicode(buffer[..sink.Length], token.Escape);
                length = Math.Max(unescaped, 0);
                return unescaped < 0 ? SqlTextResult.Invalid : sink.Result;
            default:
                return SqlTextResult.Invalid;
        }

        length = sink.Length;
        return sink.Result;
    }

    private static void Fold(ReadOnlySpan<byte> word, ref ByteSink sink)
    {
        for (var i = 0; i < word.Length; i++)
        {
            if (word[i] == 0xC4 && i + 1 < word.Length && word[i + 1] == 0xB0)
            {
                // A database with a single-byte Turkish encoding folds the dotted capital I to the ASCII letter.
                sink.Add((byte)'i');
                i++;
            }
            else
            {
                sink.Add(char.IsAsciiLetterUpper((char)word[i]) ? (byte)(word[i] | 0x20) : word[i]);
            }
        }
    }

    private static void Unquote(ReadOnlySpan<byte> body, byte quote, ref ByteSink sink)
    {
        for (var i = 0; i < body.Length; i++)
        {
            if (body[i] != quote)
            {
                sink.Add(body[i]);
            }
            else if (!SqlEscapes.PassQuote(body, ref i, ref sink))
            {
                return;
            }
        }
    }
}
