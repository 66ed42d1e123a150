using PgOAuth.Authentication;
using PgOAuth.Authorization;

namespace PgOAuth.DependencyInjection;

/// <summary>Stage 4: the mapper behind <c>MapRole</c> and <c>MapRoles</c>.</summary>
internal sealed class DelegateRoleMapper(Func<TokenClaims, IReadOnlyList<string>> map) : IRoleMapper
{
    public ValueTask<RoleMapping> MapAsync(RoleMappingContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(RoleMapping.To(map(context.Claims)));
}
