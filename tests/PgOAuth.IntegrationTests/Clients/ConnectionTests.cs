using Npgsql;
using PgOAuth.Auditing;
using PgOAuth.IntegrationTests.Fixtures;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients;

/// <summary>The main job, with the simplest client: who gets in, as whom, and what the others are told.</summary>
public sealed class ConnectionTests(ClassProxies proxies) : IClassFixture<ClassProxies>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task Token_OfAnAnalyst_BecomesTheAnalystAndNotMore(int major)
    {
        var proxy = await proxies.GetAsync(major);
        await using var source = NpgsqlDataSource.Create(proxy.ForNpgsql(TestRoles.Analyst, proxy.AnalystToken()));

        await using var who = source.CreateCommand("select current_user || ' of ' || session_user || ' on ' || current_setting('server_version_num')::int / 10000");
        Assert.Equal($"analyst of pgoauth_service on {major}", await who.ExecuteScalarAsync(Cancellation));
        await using var read = source.CreateCommand("select count(*) from sales.orders");
        Assert.Equal(100L, await read.ExecuteScalarAsync(Cancellation));
        await using var write = source.CreateCommand("delete from sales.orders");
        var refused = await Assert.ThrowsAsync<PostgresException>(() => write.ExecuteNonQueryAsync(Cancellation));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task Claims_ReachTheDatabase(int major)
    {
        var proxy = await proxies.GetAsync(major);
        await using var source = NpgsqlDataSource.Create(proxy.ForNpgsql(TestRoles.Engineer, proxy.EngineerToken()));
        await using var command = source.CreateCommand("select current_setting('pgoauth.sub')");

        Assert.Equal("bob", await command.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task Login_WithoutAValidTokenOrRole_IsRefusedAndAudited()
    {
        await using var proxy = await proxies.Shared.StartProxyAsync(18, new ProxyHostOptions { Database = await proxies.DatabaseAsync(18) }, Cancellation);
        (string User, string Token, string State, string Reason)[] attempts =
        [
            (TestRoles.Analyst, "not-a-token", "28000", "token_refused"),
            (TestRoles.Analyst, proxy.ExpiredToken(), "28000", "token_expired"),
            (TestRoles.Engineer, proxy.AnalystToken(), "28000", "role_not_granted"),
            ("postgres", proxy.EngineerToken(), "28000", "role_not_granted"),
        ];
        foreach (var attempt in attempts)
        {
            var builder = proxy.ForNpgsql(attempt.User, attempt.Token);
            builder.Pooling = false;
            await using var connection = new NpgsqlConnection(builder.ConnectionString);
            var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync(Cancellation));
            Assert.Equal(attempt.State, refused.SqlState);
            Assert.Equal("FATAL", refused.InvariantSeverity);
        }

        var records = await proxy.Audit.WaitForAsync(attempts.Length, Cancellation);
        Assert.Equal(attempts.Select(static attempt => attempt.Reason), records.Select(static record => record.Reason));
        Assert.All(records, static record => Assert.Equal(AuditVerdict.Refused, record.Verdict));
        Assert.Equal(attempts.Select(static attempt => attempt.User), records.Select(static record => record.RequestedUser));
        Assert.Equal([null, "alice", "alice", "bob"], records.Select(static record => record.Subject));
    }
}
