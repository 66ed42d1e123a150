using System.Text;
using PgOAuth.Sql.Lexing;
using LexToken = PgOAuth.Sql.Lexing.SqlToken;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Enforcement.Policy;

/// <summary>Which setting a statement names, and whether its value is harmless (stage 7).</summary>
internal static class SettingReader
{
    /// <summary>Longest name that is understood.</summary>
    internal const int MaxLength = 256;

    /// <summary>Writes the setting's name in lower case; false when it is not understood.</summary>
    /// <param name="words">From its first word to behind its last.</param>
    /// <param name="target"><see cref="MaxLength"/> bytes.</param>
    internal static bool ReadName(ReadOnlySpan<byte> text, ReadOnlySpan<LexToken> words, Span<byte> target, out int length)
    {
        length = 0;
        var special = OfSpecialForm(words);
        if (!special.IsEmpty)
        {
            special.CopyTo(target);
            length = special.Length;
            return true;
        }

        Span<byte> part = stackalloc byte[SqlText.MaxIdentifierBytes + 1];
        for (var i = 0; i < words.Length; i++)
        {
            if (i % 2 == 1)
            {
                if (words[i].Kind is not T.Dot || length == target.Length)
                {
                    return false;
                }

                target[length++] = (byte)'.';
                continue;
            }

            var written = SqlText.WriteIdentifier(text, words[i], part);
            if (written > target.Length - length)
            {
                return false;
            }

            Ascii.ToLower(part[..written], target[length..], out _);
            length += written;
            if (!Ascii.IsValid(part[..written]))
            {
                return false;
            }
        }

        return words.Length % 2 == 1;
    }

    /// <summary>The name given to set_config or current_setting as a plain literal, in lower case; false when it is computed or written otherwise.</summary>
    /// <param name="words">What follows the function's name.</param>
    /// <param name="isOnly">Whether it may be the only argument.</param>
    internal static bool ReadArgument(ReadOnlySpan<byte> text, ReadOnlySpan<LexToken> words, bool isOnly, Span<byte> target, out int length)
    {
        length = 0;
        if (words.Length < 3
            || words[0].Kind is not T.LeftParen
            || !(words[2].Kind is T.Comma || (isOnly && words[2].Kind is T.RightParen))
            || !IsPlain(text, words[1], out var name)
            || name.Length > target.Length
            || !Ascii.IsValid(name))
        {
            return false;
        }

        Ascii.ToLower(name, target, out length);
        return true;
    }

    /// <summary>Whether the value leaves names and statements to mean what they are judged to mean.</summary>
    /// <remarks>
    /// An empty search_path is harmless: names without a schema then mean less than they are judged to mean, and nothing else.
    /// </remarks>
    /// <param name="values">The value, and what follows it up to the end of the statement or the argument.</param>
    internal static bool IsHarmlessValue(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name, ReadOnlySpan<LexToken> values)
    {
        if (values.Length != 1)
        {
            return false;
        }

        if (values[0].Kind is T.Default)
        {
            return true;
        }

        var value = text[values[0].Start..values[0].End];
        if (values[0].Kind is T.SConst && !IsPlain(text, values[0], out value))
        {
            return false;
        }

        return name.SequenceEqual("search_path"u8)
            ? values[0].Kind is T.SConst && value.IsEmpty
            : ProtectedSettings.IsEncoding(name) ? ProtectedSettings.IsUtf8(value)
            : ProtectedSettings.IsSafeValue(name, value);
    }

    /// <summary>The value of a literal that means what stands between its quotes.</summary>
    private static bool IsPlain(ReadOnlySpan<byte> text, in LexToken token, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (token.Kind is not T.SConst || token.Escape != 0)
        {
            return false;
        }

        var raw = text[token.Start..token.End];
        if (raw.Length < 2 || raw[0] != '\'' || raw[^1] != '\'')
        {
            return false;
        }

        // Neither doubled quotes nor a second part on another line.
        value = raw[1..^1];
        return !value.Contains((byte)'\'');
    }

    private static ReadOnlySpan<byte> OfSpecialForm(ReadOnlySpan<LexToken> words)
    {
        if (words.Length > 1 && words[1].Kind is T.Dot)
        {
            return default;
        }

        return (words[0].Kind, words.Length) switch
        {
            (T.Time, > 1) => "timezone"u8,
            (T.Schema, > 1) => "search_path"u8,
            (T.Names, _) => "client_encoding"u8,
            (T.Role, > 1) => "role"u8,
            (T.Session, > 1) => "session_authorization"u8,
            (T.Xml, > 1) => "xmloption"u8,
            (T.Transaction, > 1) => words[1].Kind is T.Isolation ? "transaction_isolation"u8 : "transaction_snapshot"u8,
            _ => default,
        };
    }
}
