using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.IntegrationTests.Relay;
using PgOAuth.Options;
using PgOAuth.Samples.Development.Issuer;

namespace PgOAuth.IntegrationTests.Pooling;

/// <summary>Proxies whose sessions share server connections, and the people who use them.</summary>
internal static class PooledProxies
{
    /// <summary>Starts a proxy with one pool of this size. The engineers of all tenants have the same role.</summary>
    public static Task<ProxyHost> StartAsync(
        ProxyFixture shared, int major, PoolMode mode, CancellationToken cancellationToken, int size = 1, Action<PgOAuthProxyOptions>? configure = null, ProxyHostOptions? host = null) =>
        shared.StartProxyAsync(
            major,
            (host ?? new ProxyHostOptions()) with
            {
                Configure = options =>
                {
                    options.Pool.Mode = mode;
                    options.Pool.Size = size;
                    options.Pool.WaitTimeout = TimeSpan.FromSeconds(20);
                    configure?.Invoke(options);
                },
            },
            cancellationToken);

    /// <summary>A token of an engineer called so, of this tenant.</summary>
    public static string TokenOf(ProxyHost proxy, string subject, string tenant = "acme") => proxy.Issuer.IssueToken(new DevelopmentTokenRequest
    {
        Subject = subject,
        Groups = ["engineers"],
        Scopes = ["db:read", "db:write"],
        Claims = new Dictionary<string, object?> { ["tenant"] = tenant },
    });

    /// <summary>Logs in as an engineer called so.</summary>
    public static Task<RawClient> LogInAsync(ProxyHost proxy, string subject, CancellationToken cancellationToken, string tenant = "acme") =>
        RawClient.LogInAsync(proxy, cancellationToken, TokenOf(proxy, subject, tenant));
}
