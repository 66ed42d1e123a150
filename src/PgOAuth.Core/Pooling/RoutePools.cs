using PgOAuth.Options;
using PgOAuth.Upstream;

namespace PgOAuth.Pooling;

/// <summary>Stage 5: what the routes say of their pools; where they say nothing, <c>Pool</c> does.</summary>
internal sealed class RoutePools(PoolOptions pool)
{
    private readonly RoutePool _default = new(pool.Mode, pool.Size);

    /// <summary>Whether any session shares server connections.</summary>
    internal static bool AnyIsShared(PgOAuthProxyOptions options) =>
        options.Pool.Mode != PoolMode.None || options.Upstream.Routes.Any(static route => route.PoolMode is not (null or PoolMode.None));

    internal RoutePool For(in UpstreamRoute route) => new(route.PoolMode ?? _default.Mode, route.PoolSize ?? _default.Size);
}
