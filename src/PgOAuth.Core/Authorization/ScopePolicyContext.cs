using PgOAuth.Authentication;
using PgOAuth.Sessions;

namespace PgOAuth.Authorization;

/// <summary>What an <see cref="IScopePolicy"/> gets.</summary>
/// <param name="Claims">The validated token's claims.</param>
/// <param name="Database">The database asked for.</param>
/// <param name="Role">The database role the session will have.</param>
/// <param name="Session">The connection, for observation.</param>
public readonly record struct ScopePolicyContext(
    TokenClaims Claims,
    string Database,
    string Role,
    SessionContext Session);
