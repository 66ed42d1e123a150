using PgOAuth.Authentication;
using PgOAuth.Sessions;

namespace PgOAuth.Upstream;

/// <summary>What an <see cref="IUpstreamRouter"/> gets.</summary>
/// <param name="Claims">The validated token's claims.</param>
/// <param name="Database">The database asked for.</param>
/// <param name="Role">The database role the session will have.</param>
/// <param name="SniHost">The host name of the client's TLS handshake, or null.</param>
/// <param name="Session">The connection, for observation.</param>
public readonly record struct UpstreamRoutingContext(
    TokenClaims Claims,
    string Database,
    string Role,
    string? SniHost,
    SessionContext Session);
