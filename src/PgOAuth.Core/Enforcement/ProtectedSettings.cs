using System.Text;

namespace PgOAuth.Enforcement;

/// <summary>
/// Which server settings a client may not choose, neither at startup nor later (stages 2 and 7). Names compare as PostgreSQL's do:
/// ASCII letters in any case.
/// </summary>
internal static class ProtectedSettings
{
    /// <summary>The settings that carry claims to the database.</summary>
    private static ReadOnlySpan<byte> ClaimsPrefix => "pgoauth."u8;

    /// <summary>
    /// Single-byte encodings and UTF-8 by the names of PostgreSQL's encnames.c without punctuation: in none of them is an ASCII byte
    /// part of another character. The guard reads UTF-8, so in the others only ASCII text passes.
    /// </summary>
    private static KeywordSet SafeEncodings => new(
        " utf8 unicode sqlascii latin1 latin2 latin3 latin4 latin5 latin6 latin7 latin8 latin9 latin10 iso88591 iso88592 iso88593 iso88594 iso88595 iso88596 iso88597 iso88598 iso88599 iso885910 iso885913 iso885914 iso885915 iso885916 win866 win874 win1250 win1251 win1252 win1253 win1254 win1255 win1256 win1257 win1258 windows866 windows874 windows1250 windows1251 windows1252 windows1253 windows1254 windows1255 windows1256 windows1257 windows1258 koi8 koi8r koi8u "u8);

    private static KeywordSet Utf8Encodings => new(" utf8 unicode "u8);

    private static KeywordSet NoEncodings => new(" sqlascii "u8);

    private static KeywordSet TrueValues => new(" on true yes 1 t y "u8);

    /// <summary>Whether no client may set or reset it, whatever the value.</summary>
    internal static bool IsProtected(ReadOnlySpan<byte> name) =>
        IsRole(name)
        || Ascii.EqualsIgnoreCase(name, "backslash_quote"u8)
        || (name.Length >= ClaimsPrefix.Length && Ascii.EqualsIgnoreCase(name[..ClaimsPrefix.Length], ClaimsPrefix));

    /// <inheritdoc cref="IsProtected(ReadOnlySpan{byte})"/>
    internal static bool IsProtected(string name) => IsProtected(Encoding.UTF8.GetBytes(name));

    /// <summary>Whether it decides who the session is.</summary>
    internal static bool IsRole(ReadOnlySpan<byte> name) =>
        Ascii.EqualsIgnoreCase(name, "role"u8) || Ascii.EqualsIgnoreCase(name, "session_authorization"u8);

    /// <summary>Whether only some values are acceptable, because it decides how the server reads the next statement.</summary>
    internal static bool IsRestricted(ReadOnlySpan<byte> name) => IsStandardStrings(name) || IsEncoding(name);

    /// <summary>Whether the value is acceptable for a setting that <see cref="IsRestricted"/>.</summary>
    internal static bool IsSafeValue(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        IsEncoding(name) ? IsSafeClientEncoding(value) : IsStandardStrings(name) && IsSafeStandardConformingStrings(value);

    /// <summary>Whether a client_encoding leaves every ASCII byte the character it is in ASCII.</summary>
    internal static bool IsSafeClientEncoding(ReadOnlySpan<byte> value) => IsEncodingOf(value, SafeEncodings);

    /// <summary>Whether it is UTF-8: names then are, byte by byte, what they are read as.</summary>
    internal static bool IsUtf8(ReadOnlySpan<byte> value) => IsEncodingOf(value, Utf8Encodings);

    /// <summary>Whether it is no encoding at all: bytes go unconverted.</summary>
    internal static bool IsSqlAscii(ReadOnlySpan<byte> value) => IsEncodingOf(value, NoEncodings);

    /// <inheritdoc cref="IsSafeClientEncoding(ReadOnlySpan{byte})"/>
    internal static bool IsSafeClientEncoding(string value) => IsSafeClientEncoding(Encoding.UTF8.GetBytes(value));

    /// <summary>Whether the value turns standard_conforming_strings on.</summary>
    internal static bool IsSafeStandardConformingStrings(ReadOnlySpan<byte> value) => TrueValues.Contains(value);

    /// <inheritdoc cref="IsSafeStandardConformingStrings(ReadOnlySpan{byte})"/>
    internal static bool IsSafeStandardConformingStrings(string value) => IsSafeStandardConformingStrings(Encoding.UTF8.GetBytes(value));

    private static bool IsEncodingOf(ReadOnlySpan<byte> value, KeywordSet encodings)
    {
        Span<byte> clean = stackalloc byte[16];
        var length = 0;
        foreach (var letter in value)
        {
            // As pg_char_to_encoding: "UTF-8", "utf_8" and "Utf8" are one name.
            if (char.IsAsciiLetterOrDigit((char)letter))
            {
                if (length == clean.Length)
                {
                    return false;
                }

                clean[length++] = letter;
            }
            else if (letter is not ((byte)'-' or (byte)'_' or (byte)' '))
            {
                return false;
            }
        }

        return encodings.Contains(clean[..length]);
    }

    private static bool IsStandardStrings(ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(name, "standard_conforming_strings"u8);

    /// <summary>Whether it is client_encoding.</summary>
    internal static bool IsEncoding(ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(name, "client_encoding"u8);
}
