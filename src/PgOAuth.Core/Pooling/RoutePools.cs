using PgOAuth.Options;
using PgOAuth.Upstream;

namespace PgOAuth.Pooling;

/// <summary>Stage 5: what the routes say of their pools; where they say nothing, <c>Pool</c> does.</summary>
internal sealed class RoutePools
{
    private readonly Dictionary<(string Server, string? Database), RoutePool> _routes = [];
    private readonly RoutePool _default;

    internal RoutePools(UpstreamOptions options, PoolOptions pool)
    {
        _default = new RoutePool(pool.Mode, pool.Size);
        foreach (var route in options.Routes)
        {
            _routes.TryAdd((route.Server, route.UpstreamDatabase ?? route.Database), new RoutePool(route.PoolMode ?? pool.Mode, route.PoolSize ?? pool.Size));
        }
    }

    /// <summary>Whether any session shares server connections.</summary>
    internal static bool AnyIsShared(PgOAuthProxyOptions options) =>
        options.Pool.Mode != PoolMode.None || options.Upstream.Routes.Any(static route => route.PoolMode is not (null or PoolMode.None));

    internal RoutePool For(UpstreamRoute route) =>
        _routes.Count == 0 ? _default
        : _routes.TryGetValue((route.Server!, route.Database), out var exact) ? exact
        : _routes.TryGetValue((route.Server!, null), out var any) ? any
        : _default;
}
