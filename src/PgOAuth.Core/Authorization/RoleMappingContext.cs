using PgOAuth.Authentication;
using PgOAuth.Sessions;

namespace PgOAuth.Authorization;

/// <summary>What an <see cref="IRoleMapper"/> gets.</summary>
/// <param name="Claims">The validated token's claims.</param>
/// <param name="RequestedUser">The <c>user</c> of the startup message.</param>
/// <param name="RequestedDatabase">The <c>database</c> of the startup message.</param>
/// <param name="Session">The connection, for observation.</param>
public readonly record struct RoleMappingContext(
    TokenClaims Claims,
    string RequestedUser,
    string RequestedDatabase,
    SessionContext Session);
