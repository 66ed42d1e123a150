using PgOAuth.Authorization;

namespace PgOAuth.Testing.Wire;

/// <summary>Gives everybody the same roles.</summary>
public sealed class FixedRoleMapper(params string[] roles) : IRoleMapper
{
    /// <inheritdoc/>
    public ValueTask<RoleMapping> MapAsync(RoleMappingContext context, CancellationToken cancellationToken) => ValueTask.FromResult(RoleMapping.To(roles));
}
