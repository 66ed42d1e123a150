using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Options;
using PgOAuth.Samples.Development.Issuer;
using PgOAuth.Samples.Development.Postgres;
using PgOAuth.Testing;

namespace PgOAuth.IntegrationTests.Soak;

/// <summary>One soak: a proxy, its clients, and whoever shoots at its server connections; at the end everything has to be at zero.</summary>
internal sealed class SoakRun(ProxyHost host, SoakOptions options)
{
    private const string TenantClaim = "tenant";

    /// <summary>Fewer than the connections of any pool, so that somebody can go on.</summary>
    private const int MaxPauses = 2;

    private readonly ConcurrentQueue<SoakViolation> _violations = new();
    private readonly CancellationTokenSource _over = new();
    private readonly SemaphoreSlim _pauses = new(MaxPauses);
    private volatile bool _mayEnd;
    private int _batches;
    private string? _state;

    public SoakOptions Options { get; } = options;

    public IPEndPoint EndPoint { get; } = new(IPAddress.Loopback, host.Port);

    public string Database => host.Database;

    /// <summary>Whether it is time to leave.</summary>
    public bool IsOver => _over.IsCancellationRequested;

    /// <summary>Whether the server's side kills connections by now, so that sessions end through no fault of the proxy.</summary>
    public bool MayEnd => _mayEnd;

    public static async Task RunAsync(ProxyFixture fixture, EmbeddedPostgresServer server, SoakOptions options, CancellationToken cancellationToken)
    {
        var database = await fixture.CreateDatabaseAsync(server, cancellationToken);
        await ProxyFixture.ExecuteAsync(
            server,
            database,
            $"""
             create unlogged table soak_log (nonce text);
             create unlogged table soak_copy (nonce text, n int);
             create table soak_one (n int primary key);
             insert into soak_one values (1);
             grant all on soak_log, soak_copy, soak_one to {TestRoles.Analyst}, {TestRoles.Engineer};
             """,
            cancellationToken);
        var wanted = new ProxyHostOptions
        {
            Server = server,
            Database = database,
            Configure = proxy =>
            {
                proxy.Transport.Kind = options.Transport;
                proxy.Endpoints[0].DangerousAllowTokensWithoutTls = true;
                proxy.Limits.MaxFailedCancelsPerMinute = 100_000;
                proxy.Pool.Mode = options.Mode;
                proxy.Pool.Size = options.PoolSize;
                proxy.Pool.MaxPreparedStatements = 6;
                proxy.Pool.RetryDelay = TimeSpan.FromSeconds(1);
                proxy.Pool.TenantClaim = TenantClaim;
            },
        };
        await using var host = await fixture.StartProxyAsync(server.MajorVersion, wanted, cancellationToken);
        await new SoakRun(host, options).RunAsync(cancellationToken);
    }

    public void Report(SoakViolation violation)
    {
        Interlocked.CompareExchange(ref _state, $"{string.Join('\n', host.Proxy.GetPools())}\n{string.Join('\n', host.Proxy.GetServers())}\n{string.Join('\n', host.Proxy.GetClients())}", null);
        _violations.Enqueue(violation);
        _over.Cancel();
    }

    /// <summary>A client had all its answers.</summary>
    public void Answered() => Interlocked.Increment(ref _batches);

    /// <summary>Waits, while not too many do, until others have had so many answers.</summary>
    public async Task WaitForOthersAsync(int batches)
    {
        if (!await _pauses.WaitAsync(0))
        {
            return;
        }

        try
        {
            var until = Volatile.Read(ref _batches) + batches;
            while (Volatile.Read(ref _batches) < until && !IsOver)
            {
                await Task.Delay(1);
            }
        }
        finally
        {
            _pauses.Release();
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = cancellationToken.Register(_over.Cancel);
        var clients = Enumerable.Range(0, Options.Clients).Select(NewClient).ToArray();
        var running = clients.Select(static client => Task.Run(client.RunAsync)).ToArray();
        await PauseAsync(Options.Duration * 0.6);
        if (!IsOver)
        {
            _mayEnd = true;
            await ShootAsync(Options.Duration * 0.4);
        }

        await _over.CancelAsync();
        try
        {
            await Task.WhenAll(running).WaitAsync(TimeSpan.FromMinutes(1), CancellationToken.None);
        }
        catch (TimeoutException)
        {
            throw new SoakViolation($"{Options}\nClients that do not end: {string.Join(", ", running.Index().Where(static one => !one.Item.IsCompleted).Select(static one => one.Index))}.");
        }

        if (!_violations.IsEmpty)
        {
            throw new SoakViolation($"{Options}\n{string.Join("\n\n", _violations.Take(3).Select(static violation => violation.Message))}\n\n{_state}\n\n{string.Join('\n', host.Log.AllText.Split('\n').Where(static line => line.Contains(" Warning ", StringComparison.Ordinal) || line.Contains(" Error ", StringComparison.Ordinal)).TakeLast(10))}");
        }

        cancellationToken.ThrowIfCancellationRequested();
        await SettleAsync(cancellationToken);
        TestContextMessage(string.Create(CultureInfo.InvariantCulture, $"{Options}: {clients.Sum(static client => client.Batches)} batches"));
    }

    private SoakClient NewClient(int number)
    {
        // Two roles, two tenants, and two people in each tenant who share a role.
        var isAnalyst = number % 6 == 5;
        var person = DevelopmentPerson.Find(isAnalyst ? "alice" : "bob")!;
        var subject = string.Create(CultureInfo.InvariantCulture, $"{person.Subject}{number % 4}");
        var token = host.Issuer.IssueToken(DevelopmentTokenRequest.For(person) with
        {
            Subject = subject,
            Lifetime = TimeSpan.FromHours(8),
            Claims = new Dictionary<string, object?> { [TenantClaim] = "t" + SoakRows.Number(number % 4 / 2) },
        });
        return new SoakClient(this, number, isAnalyst ? TestRoles.Analyst : TestRoles.Engineer, subject, token);
    }

    /// <summary>Ends server connections from outside, and now and then the server; after that all have to get on again.</summary>
    private async Task ShootAsync(TimeSpan duration)
    {
        var until = Environment.TickCount64 + (long)duration.TotalMilliseconds;
        var restarts = 0;
        for (var n = 1; (Environment.TickCount64 < until || restarts < Options.MinRestarts) && !IsOver; n++)
        {
            await PauseAsync(TimeSpan.FromMilliseconds(200));
            if (n % Options.ShotsPerRestart == 0)
            {
                await host.Server.StopAsync(immediate: ++restarts % 2 == 0);
                await host.Server.RestartAsync();
                await ExpectAnswersAsync();
            }
            else
            {
                await ProxyFixture.ScalarAsync(
                    host.Server, Database, $"select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = '{TestRoles.Service}' order by random() limit 1");
            }
        }
    }

    private async Task ExpectAnswersAsync()
    {
        var until = Volatile.Read(ref _batches) + (2 * Options.Clients);
        try
        {
            await Eventually.TrueAsync(() => IsOver || Volatile.Read(ref _batches) >= until);
        }
        catch (TimeoutException)
        {
            Report(new SoakViolation("Nobody gets on after the restart."));
        }
    }

    private async Task PauseAsync(TimeSpan time)
    {
        try
        {
            await Task.Delay(time, _over.Token);
        }
        catch (OperationCanceledException)
        {
            // Somebody has found something.
        }
    }

    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        var proxy = host.Proxy;
        await Eventually.TrueAsync(() => proxy.ActiveSessions == 0, () => $"{Options}: {proxy.ActiveSessions} sessions are left.");
        await Eventually.TrueAsync(() => proxy.Gate is { Total: 0, Unauthenticated: 0, Addresses: 0 }, () => $"{Options}: the gate counts {proxy.Gate.Total} connections.");
        await Eventually.TrueAsync(() => proxy.Cancels.Count == 0, () => $"{Options}: {proxy.Cancels.Count} cancel keys are left.");
        await Eventually.TrueAsync(
            () => proxy.GetPools().All(static pool => pool is { ClientsActive: 0, ClientsWaiting: 0, ServersActive: 0, ServersUsed: 0, ServersLogin: 0 }),
            () => $"{Options}: {string.Join('\n', proxy.GetPools())}");
        var idle = 0L;
        await Eventually.TrueAsync(
            () =>
            {
                idle = proxy.GetPools().Sum(static pool => pool.ServersIdle);
                return proxy.GetServers().Count == idle;
            },
            () => $"{Options}: {proxy.GetServers().Count} server connections, {idle} idle.");
        await BackendsAsync((int)idle, cancellationToken);
    }

    /// <summary>The server has no connection that the proxy does not know of.</summary>
    private async Task BackendsAsync(int known, CancellationToken cancellationToken)
    {
        var backends = $"from pg_stat_activity where datname = current_database() and usename = '{TestRoles.Service}'";
        for (var attempt = 0; await ProxyFixture.ScalarAsync(host.Server, Database, $"select count(*) <= {known} {backends}", cancellationToken) is not true; attempt++)
        {
            if (attempt == 200)
            {
                var left = await ProxyFixture.ScalarAsync(
                    host.Server, Database, $"select string_agg(concat_ws(' ', pid, state, wait_event, now() - backend_start, now() - state_change, left(query, 200)), E'\n') {backends}", cancellationToken);
                throw new SoakViolation($"{Options}: the proxy knows {known} connections, the server\n{left}");
            }

            await Task.Delay(50, cancellationToken);
        }
    }

    private static void TestContextMessage(string text) => Xunit.TestContext.Current.SendDiagnosticMessage("{0}", text);
}
