using System.Buffers;

namespace PgOAuth.Authentication.Sasl;

/// <summary>The <c>b64token</c> of RFC 6750 section 2.1: <c>1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="</c>.</summary>
internal static class BearerTokenSyntax
{
    private static readonly SearchValues<byte> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/"u8);

    internal static bool IsValid(ReadOnlySpan<byte> token)
    {
        var body = token.TrimEnd((byte)'=');
        return !body.IsEmpty && !body.ContainsAnyExcept(Characters);
    }
}
