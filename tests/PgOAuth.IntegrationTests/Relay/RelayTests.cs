using System.Globalization;
using System.Text;
using Npgsql;
using PgOAuth.IntegrationTests.Clients;
using PgOAuth.IntegrationTests.Clients.Tools;
using PgOAuth.IntegrationTests.Fixtures;
using Xunit;

namespace PgOAuth.IntegrationTests.Relay;

/// <summary>Pipelines, keys, and how sessions end.</summary>
public class RelayTests(ClassProxies proxies) : IClassFixture<ClassProxies>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task Pipeline_OfManyStatements_IsAnsweredInOrder(int major)
    {
        await using var client = await RawClient.LogInAsync(await proxies.GetAsync(major), Cancellation);
        var batch = new List<byte>();
        for (var n = 0; n < 1000; n++)
        {
            batch.AddRange(RawClient.Extended($"select {n}"));
        }

        batch.AddRange(RawClient.Sync);
        await client.SendAsync(batch.ToArray(), Cancellation);

        var rows = (await client.ReadUntilReadyAsync(Cancellation)).Where(static message => message.Type == 'D').Select(static message => int.Parse(Encoding.ASCII.GetString(message.Body[6..]), CultureInfo.InvariantCulture));
        Assert.Equal(Enumerable.Range(0, 1000), rows);
    }

    [Fact]
    public async Task ManyTlsRecordsAtOnce_AreAllAnswered()
    {
        await using var client = await RawClient.LogInAsync(await proxies.GetAsync(18), Cancellation);
        for (var round = 0; round < 20; round++)
        {
            // Small ones, and such that fill the relay's buffer to the last byte; the last of them is short and comes last.
            byte[][] pieces = [.. Enumerable.Range(0, 300).Select(n => RawClient.Query($"select {n}")), RawClient.Query($"select length('{new string('x', 16_000 + round)}')"), RawClient.Query("select 'last'")];
            await client.SendRecordsAsync(pieces, Cancellation);
            for (var n = 0; n < pieces.Length; n++)
            {
                await client.ReadUntilReadyAsync(Cancellation);
            }
        }

        // Records that end inside a message, and messages that end inside a record.
        var batch = Enumerable.Range(0, 100).SelectMany(static n => RawClient.Query($"select {n}")).ToArray();
        for (var size = 1; size <= 23; size++)
        {
            await client.SendRecordsAsync(batch.Chunk(size), Cancellation);
            for (var n = 0; n < 100; n++)
            {
                await client.ReadUntilReadyAsync(Cancellation);
            }
        }
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task A20_DeniedStatementInAPipeline_BehavesAsIfTheServerHadFailedIt(int major)
    {
        await using var client = await RawClient.LogInAsync(await proxies.GetAsync(major), Cancellation);
        await client.CountAsync("create temporary table piped (n int)", Cancellation);
        await client.SendAsync(
            (byte[])
            [
                .. RawClient.Extended("insert into piped values (1)"), .. RawClient.Extended("set role analyst"), .. RawClient.Extended("insert into piped values (2)"),
                .. RawClient.Sync, .. RawClient.Extended("select count(*) from piped"), .. RawClient.Sync, .. RawClient.Query("select current_user"),
            ],
            Cancellation);

        var first = await client.ReadUntilReadyAsync(Cancellation);
        Assert.Equal("12CEZ", string.Concat(first.Select(static message => message.Type)));
        Assert.Equal("42501", RawError.Parse(first[3].Body).SqlState);
        Assert.Equal((byte)'I', first[4].Body[0]);
        var second = await client.ReadUntilReadyAsync(Cancellation);
        Assert.Equal("12DCZ", string.Concat(second.Select(static message => message.Type)));
        Assert.Equal("0"u8.ToArray(), second[2].Body[6..]);
        var third = await client.ReadUntilReadyAsync(Cancellation);
        Assert.Equal("engineer"u8.ToArray(), third[1].Body[6..]);
    }

    [Fact]
    public async Task CancelKey_IsTheProxysOwn_AndAsLongAsTheProtocolAllows()
    {
        var proxy = await proxies.GetAsync(18);
        await using var older = await RawClient.LogInAsync(proxy, Cancellation);
        await using var newer = await RawClient.LogInAsync(proxy, Cancellation, protocolMinor: 2);

        Assert.Equal(4 + 4, older.Key.Length);
        Assert.Equal(4 + 32, newer.Key.Length);
        Assert.NotEqual(older.Key[..4], newer.Key[..4]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Client_ThatGoesAwayWhileIdle_LeavesNothingOnTheServer(bool abruptly)
    {
        await using var proxy = await proxies.Shared.StartProxyAsync(18, cancellationToken: Cancellation);
        await using var client = await RawClient.LogInAsync(proxy, Cancellation);
        Assert.Equal(1, proxy.Proxy.ActiveSessions);
        if (abruptly)
        {
            client.Abort();
        }
        else
        {
            await client.SendAsync(RawClient.Message('X'), Cancellation);
        }

        await Backends.WaitUntilGoneAsync(proxy, Cancellation);
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task A46_ClientKilledInTheMiddleOfAStatement_StopsItOnTheServer(int major)
    {
        await using var proxy = await proxies.Shared.StartProxyAsync(major, cancellationToken: Cancellation);
        await using var client = ClientProcess.Start(
            await ClientTools.PsqlAsync(),
            ["-X", "-d", proxy.ForLibpq(), "-c", "select pg_sleep(600)"],
            new Dictionary<string, string> { ["PGPASSWORD"] = proxy.EngineerToken() });
        await Backends.WaitUntilActiveAsync(proxy, "%pg_sleep(600)%", Cancellation);

        await client.SignalAsync("KILL", Cancellation);
        await Backends.WaitUntilGoneAsync(proxy, Cancellation);
    }

    [Fact]
    public async Task Drain_EndsIdleSessionsAndLetsActiveOnesFinish()
    {
        await using var proxy = await proxies.Shared.StartProxyAsync(
            18, new ProxyHostOptions { Configure = static options => options.Limits.DrainTimeout = TimeSpan.FromSeconds(60) }, Cancellation);
        await using var idle = await RawClient.LogInAsync(proxy, Cancellation);
        await using var active = await RawClient.LogInAsync(proxy, Cancellation);
        await active.SendAsync(RawClient.Query("select pg_advisory_lock_shared(1), pg_sleep(2), 'finished'"), Cancellation);
        await Backends.WaitUntilActiveAsync(proxy, "%''finished''%", Cancellation);
        var stopping = proxy.Proxy.StopAsync(Cancellation);

        var told = await Assert.ThrowsAsync<RawError>(() => idle.ReadUntilReadyAsync(Cancellation));
        Assert.Equal("57P01", told.SqlState);
        var rows = (await active.ReadUntilReadyAsync(Cancellation)).Where(static message => message.Type == 'D');
        Assert.EndsWith("finished", Encoding.ASCII.GetString(Assert.Single(rows).Body), StringComparison.Ordinal);
        var afterwards = await Assert.ThrowsAsync<RawError>(() => active.ReadUntilReadyAsync(Cancellation));
        Assert.Equal("57P01", afterwards.SqlState);
        await stopping;
        Assert.Equal(0, proxy.Proxy.ActiveSessions);
    }

    [Fact]
    public async Task Drain_OutOfPatience_EndsActiveSessionsToo()
    {
        await using var proxy = await proxies.Shared.StartProxyAsync(
            18, new ProxyHostOptions { Configure = static options => options.Limits.DrainTimeout = TimeSpan.FromMilliseconds(200) }, Cancellation);
        await using var active = await RawClient.LogInAsync(proxy, Cancellation);
        await active.SendAsync(RawClient.Query("select pg_sleep(601)"), Cancellation);
        await Backends.WaitUntilActiveAsync(proxy, "%pg_sleep(601)%", Cancellation);

        await proxy.Proxy.StopAsync(Cancellation);
        Assert.Equal(0, proxy.Proxy.ActiveSessions);
        Assert.Equal("57P01", (await Assert.ThrowsAsync<RawError>(() => active.ReadUntilReadyAsync(Cancellation))).SqlState);
        await Backends.WaitUntilGoneAsync(proxy, Cancellation);
    }

    [Fact]
    public async Task Audit_HasOneRecordForEachAttempt()
    {
        await using var proxy = await proxies.Shared.StartProxyAsync(18, cancellationToken: Cancellation);
        await using (var connection = new NpgsqlConnection(proxy.ForNpgsql(token: proxy.EngineerToken()).ConnectionString + ";Pooling=false"))
        {
            await connection.OpenAsync(Cancellation);
        }

        await Assert.ThrowsAsync<RawError>(() => RawClient.LogInAsync(proxy, Cancellation, proxy.AnalystToken()));
        await Assert.ThrowsAsync<RawError>(() => RawClient.LogInAsync(proxy, Cancellation, "nonsense"));
        await Assert.ThrowsAsync<PostgresException>(async () =>
        {
            await using var connection = new NpgsqlConnection(proxy.ForNpgsql(token: proxy.EngineerToken()).ConnectionString + ";Pooling=false;Database=missing");
            await connection.OpenAsync(Cancellation);
        });

        var records = await proxy.Audit.WaitForAsync(4, Cancellation);
        Assert.Equal(["allowed", "role_not_granted", "token_refused", "upstream_database_missing"], records.Select(static record => record.Reason));
        Assert.Equal(["bob", "alice", null, "bob"], records.Select(static record => record.Subject));
        Assert.Equal([TestRoles.Engineer, null, null, TestRoles.Engineer], records.Select(static record => record.Role));
        Assert.All(records, static record => Assert.StartsWith("127.0.0.1:", record.ClientAddress, StringComparison.Ordinal));
        Assert.Equal(4, records.Select(static record => record.SessionId).Distinct().Count());
        Assert.Equal([proxy.Database, proxy.Database, proxy.Database, "missing"], records.Select(static record => record.RequestedDatabase));
    }
}
