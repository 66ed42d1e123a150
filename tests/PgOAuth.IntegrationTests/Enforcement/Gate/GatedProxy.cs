using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.IntegrationTests.Relay;
using PgOAuth.Options;
using PgOAuth.Samples.Development.Issuer;

namespace PgOAuth.IntegrationTests.Enforcement.Gate;

/// <summary>A proxy whose gate is on, in front of a database with something to hide, and the people who use it.</summary>
internal sealed class GatedProxy : IAsyncDisposable
{
    /// <summary>What the superuser adds to the database: everything here belongs to the engineers, so only the gate stands before it.</summary>
    private const string Secrets =
        """
        set role engineer;
        create table sales.cards (id int primary key, owner text, number text);
        insert into sales.cards values (1, 'anna', 'canary-4111'), (2, 'berta', 'canary-5500');
        create table sales.salaries (name text primary key, pay int);
        insert into sales.salaries values ('anna', 424242);
        create function sales.net(amount numeric) returns numeric language sql immutable as 'select amount / 1.19';
        """;

    private readonly PgOAuthProxyOptions _options;

    private GatedProxy(ProxyHost host, PgOAuthProxyOptions options)
    {
        Host = host;
        _options = options;
    }

    public ProxyHost Host { get; }

    public static async Task<GatedProxy> StartAsync(
        ProxyFixture shared,
        int major,
        PoolMode mode,
        CancellationToken cancellationToken,
        GateMode gate = GateMode.Enforce,
        Action<PgOAuthProxyOptions>? configure = null)
    {
        PgOAuthProxyOptions? used = null;
        var server = await shared.PostgresAsync(major);
        var database = await shared.CreateDatabaseAsync(server, cancellationToken);
        await ProxyFixture.ExecuteAsync(server, database, Secrets, cancellationToken);
        var host = await shared.StartProxyAsync(
            major,
            new ProxyHostOptions
            {
                Database = database,
                Configure = options =>
                {
                    used = options;
                    options.Pool.Mode = mode;
                    options.Pool.Size = 2;
                    options.Enforcement.Mode = gate;
                    options.Enforcement.SearchPath.Clear();
                    options.Enforcement.SearchPath.Add("sales");
                    options.Enforcement.SearchPath.Add("public");
                    Allow(options.Enforcement.Policy);
                    configure?.Invoke(options);
                },
                Components = components => components.OptionsSource = _ => used!,
            },
            cancellationToken);
        return new GatedProxy(host, used!);
    }

    /// <summary>Logs in as an engineer with these scopes.</summary>
    public Task<RawClient> LogInAsync(CancellationToken cancellationToken, params IReadOnlyList<string> scopes) =>
        RawClient.LogInAsync(Host, cancellationToken, Token(scopes));

    public string Token(params IReadOnlyList<string> scopes) =>
        Host.Issuer.IssueToken(new DevelopmentTokenRequest { Subject = "erika", Groups = ["engineers"], Scopes = scopes });

    /// <summary>Changes the policy while sessions live.</summary>
    public async Task ChangePolicyAsync(Action<StatementPolicyOptions> change, CancellationToken cancellationToken)
    {
        change(_options.Enforcement.Policy);
        var outcome = await Host.Proxy.ReloadAsync(cancellationToken);
        Xunit.Assert.True(outcome.IsApplied, string.Join(' ', outcome.Mistakes));
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    private static void Allow(StatementPolicyOptions policy)
    {
        policy.Scopes["orders:read"] = new ScopeRules
        {
            Allow =
            {
                new StatementRule { Name = "read orders", Statements = { "select" }, Relations = { "sales.orders" } },
                new StatementRule { Statements = { "select" }, Relations = { "sales.cards" }, ExceptColumns = { "number" } },
                new StatementRule { Functions = { "sales.net" } },
            },
        };
        policy.Scopes["orders:write"] = new ScopeRules
        {
            Allow = { new StatementRule { Statements = { "insert", "update", "delete", "copy" }, Relations = { "sales.orders" } } },
        };
        policy.Scopes["admin"] = new ScopeRules
        {
            Allow = { new StatementRule { Statements = { "*" }, Relations = { "*.*" }, Functions = { "*.*" } } },
        };
    }
}
