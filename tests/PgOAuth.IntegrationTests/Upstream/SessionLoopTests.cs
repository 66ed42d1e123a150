using Npgsql;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Options;
using PgOAuth.Sessions;
using PgOAuth.Upstream;
using Xunit;

namespace PgOAuth.IntegrationTests.Upstream;

/// <summary>A login leaves its loop for the host's code and comes back: the session and its server connection then live on one loop.</summary>
public sealed class SessionLoopTests(ProxyFixture fixture)
{
    private const int Sessions = 200;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(PoolMode.None)]
    [InlineData(PoolMode.Session)]
    [InlineData(PoolMode.Transaction)]
    public async Task Sessions_WhoseLoginRanElsewhere_AreAllServed(PoolMode mode)
    {
        await using var proxy = await fixture.StartProxyAsync(
            18,
            new ProxyHostOptions
            {
                Configure = options =>
                {
                    options.Endpoints[0].DangerousAllowTokensWithoutTls = true;
                    options.Transport.Loops = 4;
                    options.Pool.Mode = mode;
                },
                Components = static components => components.UpstreamCredentials = new CredentialsFromElsewhere(),
            },
            Cancellation);
        var settings = proxy.ForNpgsql(TestRoles.Engineer, proxy.EngineerToken());
        settings.SslMode = SslMode.Disable;
        settings.Pooling = false;

        await Parallel.ForAsync(0, Sessions, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancellation }, async (number, cancellationToken) =>
        {
            await using var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            for (var i = 0; i < 3; i++)
            {
                await using var command = new NpgsqlCommand("select $1::int", connection) { Parameters = { new() { Value = number } } };
                Assert.Equal(number, await command.ExecuteScalarAsync(cancellationToken));
            }
        });

        Assert.DoesNotContain(nameof(SessionEndReason.InternalError), proxy.Log.AllText, StringComparison.Ordinal);
    }

    private sealed class CredentialsFromElsewhere : IUpstreamCredentialProvider
    {
        public async ValueTask<UpstreamCredential> GetAsync(UpstreamCredentialContext context, CancellationToken cancellationToken)
        {
            await Task.Yield();
            return new UpstreamCredential(TestRoles.Service, TestRoles.ServicePassword);
        }
    }
}
