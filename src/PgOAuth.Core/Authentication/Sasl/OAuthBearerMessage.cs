using System.Buffers;

namespace PgOAuth.Authentication.Sasl;

/// <summary>
/// Stage 3: a client's OAUTHBEARER message (RFC 7628 section 3.1), judged as PostgreSQL 18 does. A view over the message.
/// </summary>
internal readonly ref struct OAuthBearerMessage
{
    private const byte Separator = 0x01;

    private static readonly SearchValues<byte> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private OAuthBearerMessage(OAuthBearerVerdict verdict, string? detail, ReadOnlySpan<byte> token)
    {
        Verdict = verdict;
        Detail = detail;
        Token = token;
    }

    internal OAuthBearerVerdict Verdict { get; }

    /// <summary>What is wrong with the message; holds no byte of it.</summary>
    internal string? Detail { get; }

    /// <summary>The token; only when the verdict is <see cref="OAuthBearerVerdict.Token"/>.</summary>
    internal ReadOnlySpan<byte> Token { get; }

    internal static OAuthBearerMessage Parse(ReadOnlySpan<byte> message)
    {
        if (message.IsEmpty)
        {
            return Malformed("The message is empty.");
        }

        if (message.Contains((byte)0))
        {
            return Malformed("Message length does not match input length.");
        }

        switch (message[0])
        {
            case (byte)'p':
                return Malformed("The server does not support channel binding for OAuth, but the client message includes channel binding data.");
            case (byte)'y' or (byte)'n':
                break;
            default:
                return Malformed("Unexpected channel-binding flag.");
        }

        var rest = message[1..];
        if (!TrySkip(ref rest, (byte)','))
        {
            return Malformed("Comma expected after the channel-binding flag.");
        }

        if (!rest.IsEmpty && rest[0] == (byte)'a')
        {
            return new(OAuthBearerVerdict.AuthorizationIdentity, "The client uses an authorization identity.", default);
        }

        if (!TrySkip(ref rest, (byte)','))
        {
            return Malformed("Unexpected attribute in client-first-message.");
        }

        if (!TrySkip(ref rest, Separator))
        {
            return Malformed("Key-value separator expected.");
        }

        return ParsePairs(rest);
    }

    private static OAuthBearerMessage ParsePairs(ReadOnlySpan<byte> rest)
    {
        ReadOnlySpan<byte> auth = default;
        var hasAuth = false;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf(Separator);
            if (end < 0)
            {
                return Malformed("Message contains an unterminated key/value pair.");
            }

            if (end == 0)
            {
                return !hasAuth ? Malformed("Message does not contain an auth value.")
                    : rest.Length > 1 ? Malformed("Message contains additional data after the final terminator.")
                    : ReadAuth(auth);
            }

            var pair = rest[..end];
            rest = rest[(end + 1)..];
            var equals = pair.IndexOf((byte)'=');
            if (equals < 0)
            {
                return Malformed("Message contains a key without a value.");
            }

            var key = pair[..equals];
            var value = pair[(equals + 1)..];
            if (key.IsEmpty)
            {
                return Malformed("Message contains an empty key name.");
            }

            if (key.ContainsAnyExcept(Letters))
            {
                return Malformed("Message contains an invalid key name.");
            }

            if (!IsValue(value))
            {
                return Malformed("Message contains an invalid value.");
            }

            if (key.SequenceEqual("auth"u8))
            {
                if (hasAuth)
                {
                    return Malformed("Message contains multiple auth values.");
                }

                hasAuth = true;
                auth = value;
            }
        }

        return Malformed("Message did not contain a final terminator.");
    }

    private static OAuthBearerMessage ReadAuth(ReadOnlySpan<byte> auth)
    {
        if (auth.IsEmpty)
        {
            return new(OAuthBearerVerdict.Discovery, null, default);
        }

        const int schemeLength = 7;
        if (auth.Length < schemeLength || !System.Text.Ascii.EqualsIgnoreCase(auth[..schemeLength], "Bearer "u8))
        {
            return new(OAuthBearerVerdict.UnusableToken, "Client response indicated a non-Bearer authentication scheme.", default);
        }

        var token = auth[schemeLength..].TrimStart((byte)' ');
        return token.IsEmpty ? new(OAuthBearerVerdict.UnusableToken, "Bearer token is empty.", default)
            : !BearerTokenSyntax.IsValid(token) ? new(OAuthBearerVerdict.UnusableToken, "Bearer token is not in the correct format.", default)
            : new(OAuthBearerVerdict.Token, null, token);
    }

    private static bool IsValue(ReadOnlySpan<byte> value)
    {
        foreach (var b in value)
        {
            if (b is not ((>= 0x21 and <= 0x7e) or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> rest, byte expected)
    {
        if (rest.IsEmpty || rest[0] != expected)
        {
            return false;
        }

        rest = rest[1..];
        return true;
    }

    private static OAuthBearerMessage Malformed(string detail) => new(OAuthBearerVerdict.Malformed, detail, default);
}
