using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace PgOAuth.Authentication.Jwt;

/// <summary>Stage 3: base64url with exactly one spelling per value.</summary>
/// <remarks>
/// The platform's decoder also takes padding, whitespace and stray trailing bits, so that many strings would be one token
/// and anything keyed by the string (caches, deny lists) could be evaded. Source: RFC 7515 section 2, RFC 4648 section 3.5.
/// </remarks>
internal static class CanonicalBase64Url
{
    private static readonly SearchValues<byte> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    internal static bool IsCanonical(ReadOnlySpan<byte> text)
    {
        if (text.ContainsAnyExcept(Alphabet))
        {
            return false;
        }

        return (text.Length % 4) switch
        {
            0 => true,
            2 => (Value(text[^1]) & 0b1111) == 0,
            3 => (Value(text[^1]) & 0b0011) == 0,
            _ => false,
        };
    }

    internal static bool TryDecode(ReadOnlySpan<byte> text, [NotNullWhen(true)] out byte[]? decoded)
    {
        decoded = IsCanonical(text) ? Base64Url.DecodeFromUtf8(text) : null;
        return decoded is not null;
    }

    private static int Value(byte character) => character switch
    {
        >= (byte)'A' and <= (byte)'Z' => character - 'A',
        >= (byte)'a' and <= (byte)'z' => character - 'a' + 26,
        >= (byte)'0' and <= (byte)'9' => character - '0' + 52,
        (byte)'-' => 62,
        _ => 63,
    };
}
