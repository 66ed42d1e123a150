using PgOAuth.Options;

namespace PgOAuth.Upstream;

/// <summary>Stage 5: routes by <c>Upstream:Routes</c>; without routes, to the only server there is. Anything else is no route.</summary>
internal sealed class ConfiguredRouter : IUpstreamRouter
{
    private readonly RouteOptions[] _routes;
    private readonly string? _onlyServer;

    internal ConfiguredRouter(UpstreamOptions options)
    {
        _routes = [.. options.Routes];
        _onlyServer = _routes.Length == 0 && options.Servers.Count == 1 ? options.Servers.Keys.Single() : null;
    }

    public ValueTask<UpstreamRoute> RouteAsync(UpstreamRoutingContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Route(context));

    private UpstreamRoute Route(in UpstreamRoutingContext context)
    {
        if (_onlyServer is not null)
        {
            return UpstreamRoute.To(_onlyServer, context.Database);
        }

        foreach (var route in _routes)
        {
            if (IsMatch(route, context))
            {
                return UpstreamRoute.To(route.Server, route.UpstreamDatabase ?? context.Database) with
                {
                    PoolMode = route.PoolMode,
                    PoolSize = route.PoolSize,
                    Gate = route.Gate,
                };
            }
        }

        return UpstreamRoute.None;
    }

    private static bool IsMatch(RouteOptions route, in UpstreamRoutingContext context) =>
        (route.Database is null || route.Database == context.Database)
        && (route.SniHost is null || string.Equals(route.SniHost, context.SniHost, StringComparison.OrdinalIgnoreCase))
        && (route.Claim is null || (route.ClaimValue is not null && context.Claims.HasClaim(route.Claim, route.ClaimValue)));
}
