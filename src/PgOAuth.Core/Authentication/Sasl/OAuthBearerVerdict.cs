namespace PgOAuth.Authentication.Sasl;

/// <summary>What an OAUTHBEARER message turned out to be. <c>default</c> is a protocol violation.</summary>
internal enum OAuthBearerVerdict
{
    /// <summary>Breaks the grammar: 08P01.</summary>
    Malformed,

    /// <summary>Asks to act as somebody else (<c>a=</c>): 0A000.</summary>
    AuthorizationIdentity,

    /// <summary>An empty <c>auth</c>: the client asks where to get a token. Not a failed login.</summary>
    Discovery,

    /// <summary>Well-formed, but the token cannot be one: answered like a wrong token.</summary>
    UnusableToken,

    /// <summary>Holds a token.</summary>
    Token,
}
