using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Samples.Development.Postgres;

namespace PgOAuth.IntegrationTests.Soak;

/// <summary>A server of the soaks alone, which restart it.</summary>
public sealed class SoakServer : IAsyncDisposable
{
    private readonly Lazy<Task<EmbeddedPostgresServer>> _server = new(static () => ProxyFixture.StartServerAsync(18));

    public Task<EmbeddedPostgresServer> GetAsync() => _server.Value;

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated && _server.Value.IsCompletedSuccessfully)
        {
            await (await _server.Value).DisposeAsync();
        }
    }
}
