using PgOAuth.Authentication;
using PgOAuth.Sessions;

namespace PgOAuth.Upstream;

/// <summary>What an <see cref="IUpstreamCredentialProvider"/> gets.</summary>
/// <param name="Server">The key of <c>Upstream:Servers</c>.</param>
/// <param name="Database">The database on that server.</param>
/// <param name="Role">The database role the session is mapped to.</param>
/// <param name="Claims">The validated token's claims.</param>
/// <param name="Session">The connection, for observation.</param>
public readonly record struct UpstreamCredentialContext(
    string Server,
    string Database,
    string Role,
    TokenClaims Claims,
    SessionContext Session);
