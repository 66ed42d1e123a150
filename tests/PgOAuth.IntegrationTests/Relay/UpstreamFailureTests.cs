using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Options;
using PgOAuth.Testing;
using Xunit;

namespace PgOAuth.IntegrationTests.Relay;

/// <summary>The server goes away and comes back, as seen by clients of the proxy.</summary>
public class UpstreamFailureTests(ProxyFixture shared)
{
    /// <summary>What moves the bytes.</summary>
    protected virtual TransportKind Transport => TestTransport.Kind;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task Server_StoppedRestartedAndInRecovery_IsReportedAsItIs(int major)
    {
        await using var server = await ProxyFixture.StartServerAsync(major);
        await using var proxy = await shared.StartProxyAsync(major, new ProxyHostOptions { Server = server, Configure = options => options.Transport.Kind = Transport }, Cancellation);

        // A stop with notice: the server's own 57P01 is relayed.
        await using (var client = await RawClient.LogInAsync(proxy, Cancellation))
        {
            await server.StopAsync(cancellationToken: Cancellation);
            Assert.Equal("57P01", await RefusalAsync(() => client.ReadUntilReadyAsync(Cancellation)));
        }

        // Down.
        var down = await Assert.ThrowsAsync<RawError>(() => RawClient.LogInAsync(proxy, Cancellation));
        Assert.Equal("08006", down.SqlState);
        Assert.Contains("the database server could not be reached", down.Message, StringComparison.Ordinal);

        // Back.
        await server.RestartAsync(Cancellation);
        await using (var client = await RawClient.LogInAsync(proxy, Cancellation))
        {
            Assert.Equal(7, await client.CountAsync("select 1", Cancellation));

            // A crash: no farewell, or one that says so; the client hears of it either way.
            await server.StopAsync(immediate: true, Cancellation);
            Assert.Contains(await RefusalAsync(() => client.ReadUntilReadyAsync(Cancellation)), (string[])["57P01", "57P02", "08006"]);
        }

        // Up, but not for anybody.
        await server.RestartAsync(Cancellation);
        await server.ExecuteAsync("alter system set hot_standby = off", Cancellation);
        await server.ExecuteAsync("do $$ begin execute format('copy (select 1 where false) to %L', current_setting('data_directory') || '/standby.signal'); end $$", Cancellation);
        await server.RestartAsync(Cancellation);
        var recovering = await Assert.ThrowsAsync<RawError>(() => RawClient.LogInAsync(proxy, Cancellation));
        Assert.Equal("57P03", recovering.SqlState);
        Assert.Contains("the database server does not accept connections now", recovering.Message, StringComparison.Ordinal);

        var records = await proxy.Audit.WaitForAsync(4, Cancellation);
        Assert.Equal(["allowed", "upstream_unreachable", "allowed", "upstream_not_ready"], records.Select(static record => record.Reason));
    }

    private static async Task<string> RefusalAsync(Func<Task> action) => (await Assert.ThrowsAsync<RawError>(action)).SqlState;
}
