using System.Globalization;
using BenchmarkDotNet.Attributes;
using PgOAuth.Diagnostics;
using PgOAuth.Enforcement;
using PgOAuth.Enforcement.Catalog;
using PgOAuth.Enforcement.Policy;
using PgOAuth.Options;
using PgOAuth.Relay;

namespace PgOAuth.Benchmarks.Enforcement;

/// <summary>What the statement gate adds to a message: is the policy still this one, is the catalog, and what is the verdict.</summary>
[MemoryDiagnoser]
public class GateBenchmarks : IDisposable
{
    private readonly StatementCache _cache = new(new SessionStateGuard());
    private readonly PgOAuthMetrics _metrics = new(null, "");
    private readonly CatalogCache _catalogs = new(new OneCatalog(), new CatalogLimits { RefreshInterval = TimeSpan.FromDays(1) }, TimeProvider.System, static (_, _) => { });
    private readonly byte[] _unique = "SELECT abalance AS b00000000 FROM pgbench_accounts WHERE aid = 1"u8.ToArray();
    private ClientGate _gate = null!;
    private int _next;

    private static ReadOnlySpan<byte> Join =>
        """
        SELECT o."id", o."ordered_at", o."total", c."name", i."quantity" FROM "sales"."orders" AS o INNER JOIN "sales"."customers" AS c ON o."customer_id" = c."id" LEFT JOIN "sales"."order_items" AS i ON i."order_id" = o."id" WHERE c."country" = $1 AND o."total" > $2 ORDER BY o."id" LIMIT $3
        """u8;

    [GlobalSetup]
    public void Setup()
    {
        var gate = new SessionGate(
            new PolicyHolder(BenchmarkPolicy.Compile()),
            _catalogs,
            new GateSubject(BenchmarkCatalog.Key, BenchmarkCatalog.Role, BenchmarkCatalog.SearchPath, GateMode.Enforce, BenchmarkPolicy.Scopes, null),
            _metrics);
        Expect.That(!gate.TryRefresh(), "the catalog has to be read first");
        gate.RefreshAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
        Expect.That(gate.TryRefresh(), "the catalog was read");
        _gate = new ClientGate(gate);

        // Among as many others as the cache holds.
        for (var i = 0; i < 4096; i++)
        {
            Expect.That(Miss() == 1, "what is granted is allowed");
        }

        Expect.That(Hit() == 1 && HitJoin() == 1, "what is granted is allowed");
        Expect.That(HitDenied() == 0, "a column that is not granted is denied");
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _metrics.Dispose();
        _catalogs.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>As pgbench sends it: known but for the key.</summary>
    [Benchmark]
    public int Hit() => Ask("SELECT abalance FROM pgbench_accounts WHERE aid = 74611;"u8);

    [Benchmark]
    public int HitJoin() => Ask(Join);

    [Benchmark]
    public int HitDenied() => Ask("SELECT email FROM sales.customers WHERE name = $1"u8);

    /// <summary>A text that was never seen: guard, effects, parse, resolve, decide, and the copy that is kept.</summary>
    [Benchmark]
    public int Miss()
    {
        // The digits of a column's name: those of an integer would not make it another text.
        (++_next % 100_000_000).TryFormat(_unique.AsSpan(20, 8), out _, "D8", CultureInfo.InvariantCulture);
        return Ask(_unique);
    }

    // As ClientStep asks for a Query.
    private int Ask(ReadOnlySpan<byte> sql)
    {
        Expect.That(_gate.TryRefresh(null), "nothing has changed");
        var statement = _cache.GetQuery(sql, _gate.Context);
        return !_gate.WantsNewerCatalog(statement) && _gate.Check(statement, _cache) is null ? 1 : 0;
    }

    private sealed class OneCatalog : ICatalogSource
    {
        public ValueTask<CatalogReadResult> ReadAsync(CatalogKey key, CatalogSnapshot? previous, IReadOnlyCollection<string> roles, CancellationToken cancellationToken) =>
            new(CatalogReadResult.Read(BenchmarkCatalog.Snapshot()));
    }
}
