namespace PgOAuth.Authorization;

/// <summary>Stage 4: says which database roles a token's claims map to.</summary>
/// <remarks>
/// The roles of all mappers are taken together; the startup message's <c>user</c> picks among them. Whatever a mapper
/// returns is still checked against the allowlist and the refusal rules of <see cref="RoleNameRules"/>.
/// A mapper that throws refuses the login. Implementations are called concurrently.
/// </remarks>
public interface IRoleMapper
{
    /// <summary>Maps claims to roles.</summary>
    ValueTask<RoleMapping> MapAsync(RoleMappingContext context, CancellationToken cancellationToken);
}
