namespace PgOAuth.Options.Validation;

/// <summary>Stage 5: <c>Upstream:Routes</c>.</summary>
internal static class RouteRules
{
    private const string Path = "Upstream:Routes";

    internal static void Check(UpstreamOptions upstream, PgOAuthProxyComponents components, OptionMistakes mistakes)
    {
        if (upstream.Servers.Count > 1 && upstream.Routes.Count == 0 && components.UpstreamRouter is null)
        {
            mistakes.Add(Path, "with several servers at least one route is needed, or a router in code.");
        }

        for (var i = 0; i < upstream.Routes.Count; i++)
        {
            CheckRoute($"{Path}:{i}", upstream.Routes[i], upstream, mistakes);
            if (i < upstream.Routes.Count - 1 && IsCatchAll(upstream.Routes[i]))
            {
                mistakes.Add($"{Path}:{i}", "has no condition, so the routes after it are never used; make it the last one.");
            }
        }
    }

    private static void CheckRoute(string path, RouteOptions route, UpstreamOptions upstream, OptionMistakes mistakes)
    {
        if (!upstream.Servers.ContainsKey(route.Server))
        {
            mistakes.Add($"{path}:Server", route.Server.Length == 0 ? "is missing; name one of Upstream:Servers." : $"\"{route.Server}\" is none of Upstream:Servers.");
        }

        if (route.Claim is not null)
        {
            mistakes.CheckPresent($"{path}:Claim", route.Claim, "name the claim");
            mistakes.CheckPresent($"{path}:ClaimValue", route.ClaimValue, "write the value that the claim must hold");
        }
        else if (route.ClaimValue is not null)
        {
            mistakes.Add($"{path}:Claim", "is missing; name the claim that must hold ClaimValue.");
        }

        if (route.SniHost is not null && Uri.CheckHostName(route.SniHost) != UriHostNameType.Dns)
        {
            mistakes.Add($"{path}:SniHost", "must be a host name.");
        }

        mistakes.CheckDatabase($"{path}:Database", route.Database);
        mistakes.CheckDatabase($"{path}:UpstreamDatabase", route.UpstreamDatabase);
        if (route.PoolMode is { } mode)
        {
            mistakes.CheckDefined($"{path}:PoolMode", mode);
        }

        if (route.PoolSize is { } size)
        {
            mistakes.CheckRange($"{path}:PoolSize", size, 1, PoolRules.MostConnections);
        }

        if (route.Gate is { } gate)
        {
            mistakes.CheckDefined($"{path}:Gate", gate);
        }
    }

    private static bool IsCatchAll(RouteOptions route) => route is { Database: null, SniHost: null, Claim: null, ClaimValue: null };
}
