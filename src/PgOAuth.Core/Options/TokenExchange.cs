namespace PgOAuth.Options;

/// <summary>How an endpoint asks for the token. PostgreSQL's protocol allows one authentication request per connection.</summary>
public enum TokenExchange
{
    /// <summary>AuthenticationCleartextPassword: the token is the password. Every driver.</summary>
    Password,

    /// <summary>AuthenticationSASL with OAUTHBEARER (RFC 7628), as PostgreSQL 18: libpq 18, pgx.</summary>
    OAuthBearer,

    /// <summary>
    /// The password exchange, unless the client's startup options hold <c>-c pgoauth.exchange=oauthbearer</c>.
    /// </summary>
    Both,
}
