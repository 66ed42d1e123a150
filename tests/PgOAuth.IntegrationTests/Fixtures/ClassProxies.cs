using System.Collections.Concurrent;
using PgOAuth.Options;
using PgOAuth.Testing;

namespace PgOAuth.IntegrationTests.Fixtures;

/// <summary>The proxies of one test class, made when first wanted: one per major version and exchange, each major with one database.</summary>
public class ClassProxies(ProxyFixture shared) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<int, Lazy<Task<string>>> _databases = new();
    private readonly ConcurrentDictionary<(int Major, TokenExchange Exchange), Lazy<Task<ProxyHost>>> _proxies = new();

    public ProxyFixture Shared { get; } = shared;

    /// <summary>What moves the bytes.</summary>
    protected virtual TransportKind Transport => TestTransport.Kind;

    /// <summary>How sessions share server connections.</summary>
    protected virtual PoolMode Mode => PoolMode.None;

    /// <summary>Server connections, where sessions share them.</summary>
    protected virtual int PoolSize => 20;

    /// <summary>The class's proxy of this kind.</summary>
    public Task<ProxyHost> GetAsync(int major, TokenExchange exchange = TokenExchange.Password) =>
        _proxies.GetOrAdd((major, exchange), key => new(() => StartAsync(key.Major, key.Exchange))).Value;

    /// <summary>The class's database on the shared server of this version.</summary>
    public Task<string> DatabaseAsync(int major) => _databases.GetOrAdd(major, key => new(() => CreateAsync(key))).Value;

    /// <summary>What else is special.</summary>
    protected virtual void Configure(PgOAuthProxyOptions options)
    {
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in _proxies.Values)
        {
            if (proxy.IsValueCreated && proxy.Value.IsCompletedSuccessfully)
            {
                await (await proxy.Value).DisposeAsync();
            }
        }
    }

    private async Task<ProxyHost> StartAsync(int major, TokenExchange exchange) =>
        await Shared.StartProxyAsync(major, new ProxyHostOptions
        {
            Exchange = exchange,
            Database = await DatabaseAsync(major),
            Configure = options =>
            {
                options.Transport.Kind = Transport;
                options.Pool.Mode = Mode;
                options.Pool.Size = PoolSize;
                Configure(options);
            },
        });

    private async Task<string> CreateAsync(int major) => await Shared.CreateDatabaseAsync(await Shared.PostgresAsync(major));
}
