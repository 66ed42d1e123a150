using System.Text.Json;
using PgOAuth.Authentication;
using PgOAuth.Enforcement;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.IntegrationTests.Pooling;
using PgOAuth.IntegrationTests.Relay;
using PgOAuth.Options;
using Xunit;

namespace PgOAuth.IntegrationTests.Enforcement.Gate;

/// <summary>The explanation is what the gate does, whatever its mode.</summary>
public sealed class ExplainTests(ProxyFixture shared)
{
    private static readonly string[] Texts =
    [
        "select count(*) from orders", "select number from cards", "select owner from cards", "delete from orders", "select 1; select pay from salaries",
        "set role analyst", "select 'ä', from orders", "execute nobodys", "prepare p as select 1; execute p", "select * from nowhere", "show search_path",
        "copy orders to stdout", "select set_config('search_path', 'x', false)", "", "begin; rollback", "do $$ begin end $$",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Explanation_IsWhatTheGateDoes()
    {
        await using var proxy = await GatedProxy.StartAsync(shared, 18, PoolMode.None, Cancellation);
        await using var client = await proxy.LogInAsync(Cancellation, "orders:read");
        foreach (var sql in Texts)
        {
            var explained = await proxy.Host.Proxy.ExplainAsync(new ExplainRequest { Sql = sql, Claims = Claims("engineers", "orders:read"), Database = proxy.Host.Database, User = TestRoles.Engineer }, Cancellation);
            await client.SendAsync(RawClient.Query(sql), Cancellation);
            var isRefused = (await client.ReadUntilReadyAsync(Cancellation)).Any(static message => message.Type == 'E');
            Assert.True(explained.IsAllowed == !isRefused, $"{sql}: {explained}");
            if (explained.IsAllowed)
            {
                continue;
            }

            var error = await Assert.ThrowsAsync<RawError>(() => client.AskAsync(sql, Cancellation));
            Assert.Equal((explained.SqlState, explained.Message, explained.Hint ?? ""), (error.SqlState, error.Text, error.Hint ?? ""));
            Assert.Equal(explained.Position, error.Position is { Length: > 0 } position ? int.Parse(position, System.Globalization.CultureInfo.InvariantCulture) : 0);
        }
    }

    [Theory]
    [InlineData(GateMode.Off)]
    [InlineData(GateMode.Observe)]
    public async Task Explanation_DoesNotDependOnTheMode(GateMode gate)
    {
        await using var proxy = await GatedProxy.StartAsync(shared, 18, PoolMode.None, Cancellation, gate);
        var policy = proxy.Host.Proxy;
        var claims = Claims("engineers", "orders:read");

        var refused = await policy.ExplainAsync(new ExplainRequest { Sql = "select pay from salaries", Claims = claims, Database = proxy.Host.Database, User = TestRoles.Engineer }, Cancellation);

        Assert.False(refused.IsAllowed);
        Assert.Equal((gate, "policy", TestRoles.Engineer, "main"), (refused.Gate, refused.Reason, refused.Role, refused.Server));
        var access = Assert.Single(Assert.Single(refused.Statements).Accesses, static access => !access.IsAllowed);
        Assert.Equal(("not_granted", "admin"), (access.Reason, Assert.Single(access.NeededScopes)));
        Assert.Empty(proxy.Host.Audit.Statements);
    }

    [Fact]
    public async Task Explanation_OfSeveralStatements_AndOfNone()
    {
        await using var proxy = await GatedProxy.StartAsync(shared, 18, PoolMode.None, Cancellation);
        async Task<PolicyExplanation> ExplainAsync(string sql, string group, string? user = TestRoles.Engineer) =>
            await proxy.Host.Proxy.ExplainAsync(new ExplainRequest { Sql = sql, Claims = Claims(group, "orders:read"), Database = proxy.Host.Database, User = user }, Cancellation);

        var two = await ExplainAsync("select id\nfrom orders;\nselect pay from salaries", "engineers");
        Assert.Equal([true, false], two.Statements.Select(static one => one.IsAllowed));
        Assert.Contains("  select pay from salaries\n", two.ToString(), StringComparison.Ordinal);
        Assert.Contains("^^^", two.ToString(), StringComparison.Ordinal);
        using var json = JsonDocument.Parse(two.ToJson());
        Assert.Equal(2, json.RootElement.GetProperty("statements").GetArrayLength());

        var syntax = await ExplainAsync("select 'ä',\n from orders", "engineers");
        Assert.Equal(("syntax", "42601", 14), (syntax.Reason, syntax.SqlState, syntax.Position));
        Assert.Empty(syntax.Statements);
        Assert.Contains("   from orders\n   ^\n", syntax.ToString(), StringComparison.Ordinal);

        var nobody = await ExplainAsync("select 1", "strangers");
        Assert.Equal(("role_not_granted", "28000"), (nobody.Reason, nobody.SqlState));
        Assert.Contains("role_not_granted", nobody.ToString(), StringComparison.Ordinal);

        Assert.Equal(TestRoles.Engineer, (await ExplainAsync("select 1", "engineers", user: null)).Role);
        Assert.Equal("role_not_granted", (await ExplainAsync("select 1", "engineers", user: "erika")).Reason);
    }

    private static TokenClaims Claims(string group, string scope) =>
        TokenClaims.FromUnverifiedJson($$"""{ "sub": "erika", "groups": ["{{group}}"], "scope": "{{scope}}" }""");
}
