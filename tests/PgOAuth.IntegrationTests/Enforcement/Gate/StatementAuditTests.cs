using Npgsql;
using PgOAuth.Auditing;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.IntegrationTests.Pooling;
using PgOAuth.IntegrationTests.Relay;
using PgOAuth.Options;
using Xunit;

namespace PgOAuth.IntegrationTests.Enforcement.Gate;

/// <summary>What the audit says of statements that came through the wire.</summary>
public sealed class StatementAuditTests(ProxyFixture shared)
{
    private const string Canary = "canary-4b7d";

    public static TheoryData<int, PoolMode> Kinds => new() { { 18, PoolMode.None }, { 18, PoolMode.Transaction } };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Administrator_SeesInTheAudit_WhyAQueryWasAllowedOrRefused(int major, PoolMode mode)
    {
        await using var proxy = await GatedProxy.StartAsync(shared, major, mode, Cancellation, configure: static options => options.Auditing.Statements = StatementAudit.All);
        var token = proxy.Token("orders:read");
        await using (var source = NpgsqlDataSource.Create(
            proxy.Host.ForNpgsql(token: token).ConnectionString + ";Pooling=false;Server Compatibility Mode=NoTypeLoading"))
        {
            await using var allowed = source.CreateCommand($"select id from sales.orders where customer = '{Canary}' and id > $1");
            allowed.Parameters.AddWithValue(1);
            await allowed.ExecuteNonQueryAsync(Cancellation);
            await using var refused = source.CreateCommand($"update sales.orders set customer = '{Canary}'");
            await Assert.ThrowsAsync<PostgresException>(() => refused.ExecuteNonQueryAsync(Cancellation));
        }

        var records = await proxy.Host.Audit.WaitForStatementsAsync(2, Cancellation);
        var why = Assert.Single(records, static record => record.Verdict is StatementAuditVerdict.Allowed);
        Assert.Equal(("erika", TestRoles.Engineer, "main"), (why.Subject, why.Role, why.Server));
        Assert.Equal(proxy.Host.Database, why.Database);
        var statement = Assert.Single(why.Statements);
        Assert.Equal("select id from sales.orders where customer = ? and id > ?", statement.Text);
        Assert.Contains(statement.Accesses, static access => access is { Need: "select on sales.orders", IsAllowed: true, Rule: "read orders", Scope: "orders:read" });

        var whyNot = Assert.Single(records, static record => record.Verdict is StatementAuditVerdict.Refused);
        Assert.Equal("policy", whyNot.Reason);
        Assert.Contains(
            Assert.Single(whyNot.Statements).Accesses, static access => access is { IsAllowed: false, Reason: "not_granted" } && access.NeededScopes.Contains("orders:write"));
        Assert.Contains(proxy.Host.Audit.Records, record => record.SessionId == why.SessionId && record.Subject == why.Subject);

        var line = Assert.Single(proxy.Host.Log.Lines, static line => line.EventId.Id == 8003).Message;
        Assert.StartsWith($"Statement allowed: erika as {TestRoles.Engineer} in {proxy.Host.Database} on main: SelectStmt [", line, StringComparison.Ordinal);
        Assert.Contains("allowed select on sales.orders, by scope orders:read, read orders", line, StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, proxy.Host.Log.AllText + string.Join('\n', records), StringComparison.Ordinal);
        Assert.DoesNotContain(token.Split('.')[2], proxy.Host.Log.AllText, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Refused_IsTheDefault_AndTellsOfEveryDoor(int major, PoolMode mode)
    {
        await using var proxy = await GatedProxy.StartAsync(shared, major, mode, Cancellation);
        await using var client = await proxy.LogInAsync(Cancellation, "orders:read");
        await client.AskAsync("select count(*) from orders", Cancellation);
        await client.RefusalAsync("delete from orders", Cancellation);
        await client.RefusalAsync("set role analyst", Cancellation);
        await client.RefusalAsync($"select '{Canary}", Cancellation);
        await client.RefusalAsync("execute nobodys", Cancellation);
        await client.SendAsync((byte[])[.. RawClient.Extended("select pay from salaries"), .. RawClient.Sync], Cancellation);
        await client.ReadUntilReadyAsync(Cancellation);
        await client.SendAsync((byte[])[.. RawClient.Message('P', RawClient.Text("q"), RawClient.Text("select count(*) from orders"), RawClient.Int16(0)), .. RawClient.Sync], Cancellation);
        await client.ReadUntilReadyAsync(Cancellation);
        await proxy.ChangePolicyAsync(static policy => policy.Scopes["orders:read"].Deny.Add(new StatementRule { Relations = { "sales.orders" }, Name = "closed" }), Cancellation);
        await client.SendAsync(
            (byte[])[.. RawClient.Message('B', RawClient.Text(""), RawClient.Text("q"), RawClient.Int16(0), RawClient.Int16(0), RawClient.Int16(0)), .. RawClient.Sync], Cancellation);
        await client.ReadUntilReadyAsync(Cancellation);

        var records = await proxy.Host.Audit.WaitForStatementsAsync(6, Cancellation);

        Assert.Equal(["policy", "role_change", "syntax", "not_prepared", "policy", "policy"], records.Select(static record => record.Reason));
        Assert.All(records, static record => Assert.Equal(StatementAuditVerdict.Refused, record.Verdict));
        Assert.Contains(records[5].Statements[0].Accesses, static access => access is { IsAllowed: false, Reason: "denied", Rule: "closed", Scope: "orders:read" });
        Assert.True(records[5].PolicyVersion > records[4].PolicyVersion);
        Assert.DoesNotContain(Canary, proxy.Host.Log.AllText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Observe_TellsWhatEnforceWouldRefuse()
    {
        await using var proxy = await GatedProxy.StartAsync(shared, 18, PoolMode.None, Cancellation, GateMode.Observe);
        await using var client = await proxy.LogInAsync(Cancellation, "orders:read");
        Assert.Equal("424242", await client.AskAsync("select pay from salaries", Cancellation));

        var record = Assert.Single(await proxy.Host.Audit.WaitForStatementsAsync(1, Cancellation));
        Assert.Equal((StatementAuditVerdict.Observed, "policy"), (record.Verdict, record.Reason));
    }
}
