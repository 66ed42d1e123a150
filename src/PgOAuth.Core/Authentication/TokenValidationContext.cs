using PgOAuth.Sessions;

namespace PgOAuth.Authentication;

/// <summary>What an <see cref="ITokenValidator"/> gets: the token, and the connection it came on.</summary>
/// <param name="Token">The bearer token; valid for the duration of the call only.</param>
/// <param name="Session">The connection, for observation.</param>
/// <param name="RequestedUser">The <c>user</c> of the startup message; not yet authenticated.</param>
/// <param name="RequestedDatabase">The <c>database</c> of the startup message; not yet authorized.</param>
public readonly record struct TokenValidationContext(
    AccessToken Token,
    SessionContext Session,
    string RequestedUser,
    string RequestedDatabase);
