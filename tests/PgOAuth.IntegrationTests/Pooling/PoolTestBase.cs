using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Options;
using PgOAuth.Testing;

namespace PgOAuth.IntegrationTests.Pooling;

/// <summary>Tests of pools that run on the platform's transport, and in a derived class on the portable one.</summary>
public abstract class PoolTestBase(ProxyFixture shared)
{
    /// <summary>What moves the bytes.</summary>
    protected virtual TransportKind Transport => TestTransport.Kind;

    /// <inheritdoc cref="PooledProxies.StartAsync"/>
    private protected Task<ProxyHost> StartAsync(int major, PoolMode mode, CancellationToken cancellationToken, int size = 1, Action<PgOAuthProxyOptions>? configure = null) =>
        PooledProxies.StartAsync(
            shared,
            major,
            mode,
            cancellationToken,
            size,
            options =>
            {
                options.Transport.Kind = Transport;
                configure?.Invoke(options);
            });
}
