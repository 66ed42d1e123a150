using PgOAuth.Auditing;
using PgOAuth.Diagnostics;
using PgOAuth.Options;
using PgOAuth.Testing;
using PgOAuth.Testing.Wire;
using Xunit;

namespace PgOAuth.Operations;

/// <summary>Who gets into the admin database, and who stays in.</summary>
public sealed class AdminAccessTests
{
    private static readonly string[] Verbs =
    [
        "SHOW POOLS", "SHOW CLIENTS", "SHOW SERVERS", "SHOW STATS", "SHOW CONFIG", "SHOW VERSION", "SHOW HELP", "PAUSE", "PAUSE shop", "RESUME", "RECONNECT", "KILL 1",
        "KILL shop", "RELOAD", "SHUTDOWN", "SHUTDOWN WAIT_FOR_CLIENTS",
    ];

    public static TheoryData<string, string> VerbsAndTokens()
    {
        var data = new TheoryData<string, string>();
        foreach (var verb in Verbs)
        {
            foreach (var token in new[] { "good", "good+db.admi", "good+DB.ADMIN", "good+db.admin2", "good+openid" })
            {
                data.Add(verb, token);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(VerbsAndTokens))]
    public async Task A50_Verb_OfATokenWithoutTheScope_FindsNoDatabase(string verb, string token)
    {
        await using var bed = await StartAsync();
        await using var victim = await bed.ConnectAsync();
        await victim.LogInAsync("good");
        await using var client = await bed.ConnectAsync();

        // The command is on its way before the verdict, as an impatient client sends it.
        await client.SendAsync(AdminClient.Startup, FrontendMessages.Password(token), FrontendMessages.Query(verb));
        await client.ExpectAuthenticationAsync(3);
        var error = await client.ExpectFatalAsync();

        Assert.Equal(("3D000", "database \"pgoauth\" is not available here"), (error.SqlState, error.Message));
        Assert.DoesNotContain("scope", error.Hint + error.Detail, StringComparison.OrdinalIgnoreCase);
        Assert.Single(bed.Proxy.GetClients(), static one => one.State == ClientState.Active);
        var records = await bed.Audit.WaitForAsync(2, TestContext.Current.CancellationToken);
        Assert.Equal((AuditVerdict.Refused, "database_not_routed", "alice"), (records[1].Verdict, records[1].Reason, records[1].Subject));
        Assert.Equal(1, bed.UpstreamConnections);
        Assert.False(bed.Proxy.Resume());
    }

    [Theory]
    [InlineData("expired", "28000")]
    [InlineData("forged", "28000")]
    public async Task A50_AdminDatabase_NeedsATokenAsEverything(string token, string sqlState)
    {
        await using var bed = await StartAsync();
        await using var client = await bed.ConnectAsync();
        await client.SendAsync(AdminClient.Startup, FrontendMessages.Password(token));
        await client.ExpectAuthenticationAsync(3);

        Assert.Equal(sqlState, (await client.ExpectFatalAsync()).SqlState);
    }

    [Fact]
    public async Task A50_AdminDatabase_NeedsWhatEveryConnectionNeeds_BesideItsScope()
    {
        await using var bed = await StartAsync(static options =>
            options.Authorization.ConnectionRules.Add(new ConnectionRuleOptions { Scope = "db-read", Databases = { "shop" } }));
        await using var client = await bed.ConnectAsync();
        await client.SendAsync(AdminClient.Startup, FrontendMessages.Password($"good+{AdminClient.Scope}+db-read"));
        await client.ExpectAuthenticationAsync(3);

        Assert.Equal("42501", (await client.ExpectFatalAsync()).SqlState);
    }

    [Fact]
    public async Task A50_Name_WithoutAConfiguredScope_IsOneLikeAnyOther()
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        await using var client = await bed.ConnectAsync();
        await client.LogInAsync($"good+{AdminClient.Scope}", AdminClient.Startup);

        Assert.Contains(Assert.Single(bed.Server.Startups), static pair => pair is { Key: "database", Value: "pgoauth" });
    }

    [Fact]
    public async Task A50_Name_IsComparedExactly()
    {
        await using var bed = await StartAsync();
        foreach (var name in new[] { "PGOAUTH", "pgoauth ", "pgoauth2" })
        {
            await using var client = await bed.ConnectAsync();
            await client.LogInAsync("good", LoginMessages.StartupMessage(LoginMessages.Version30, "user", "app", "database", name));
        }

        Assert.Equal(3, bed.Server.Startups.Count);
    }

    [Theory]
    [MemberData(nameof(AllVerbs))]
    public async Task A50_Verb_OfATokenThatHasExpiredMeanwhile_EndsTheSession(string verb)
    {
        var clock = new ManualTimeProvider(DateTimeOffset.UtcNow);
        await using var bed = await StartAsync(components: code => code.TimeProvider = clock);
        await using var admin = await AdminClient.OpenAsync(bed);
        Assert.NotEmpty(await admin.RowsAsync("SHOW VERSION"));

        clock.Step(TimeSpan.FromDays(4000));
        var answer = await admin.AskAsync(verb);

        var error = WireError.Parse(Assert.Single(answer).Body);
        Assert.Equal(("FATAL", "28000"), (error.Severity, error.SqlState));
        Assert.Contains(bed.Log.Lines, static line => line.EventId.Id == PgOAuthEventIds.AdminCommandRefused);
        var refused = (await bed.Audit.WaitForAsync(2, TestContext.Current.CancellationToken))[1];
        Assert.Equal((AuditVerdict.Refused, "token_expired"), (refused.Verdict, refused.Reason));
        await admin.DisposeAsync();
        await bed.SettleAsync();
    }

    [Fact]
    public async Task A50_Commands_AreAuditedWithWhoAndWhat_AndReadingIsNot()
    {
        await using var bed = await StartAsync();
        await using var admin = await AdminClient.OpenAsync(bed);
        await admin.AskAsync("SHOW CLIENTS; PAUSE shop; RESUME shop");
        await admin.AskAsync("KILL 99");

        var records = await bed.Audit.WaitForAsync(4, TestContext.Current.CancellationToken);

        Assert.Equal(["admin database", "PAUSE shop", "RESUME shop", "KILL 99"], records.Select(static record => record.Detail));
        Assert.All(records.Skip(1), static record =>
            Assert.Equal((AuditVerdict.Allowed, "admin_command", "alice", "app", "pgoauth"), (record.Verdict, record.Reason, record.Subject, record.Role, record.RequestedDatabase)));
        Assert.Contains(bed.Log.Lines, static line => line.EventId.Id == PgOAuthEventIds.Paused && line.Message.Contains("(alice)", StringComparison.Ordinal));
        Assert.Equal(0, bed.UpstreamConnections);
    }

    public static TheoryData<string> AllVerbs() => [.. Verbs];

    private static Task<ProxyTestBed> StartAsync(Action<PgOAuthProxyOptions>? configure = null, Action<PgOAuthProxyComponents>? components = null) =>
        ProxyTestBed.StartAsync(
            options =>
            {
                options.Admin.Scope = AdminClient.Scope;
                configure?.Invoke(options);
            },
            components,
            plaintext: true);
}
