using BenchmarkDotNet.Attributes;
using PgOAuth.Enforcement;
using PgOAuth.Sql;

namespace PgOAuth.Benchmarks.Enforcement;

/// <summary>What parsing a statement and the session-state guard cost together.</summary>
[MemoryDiagnoser]
public class GuardBenchmarks
{
    private readonly SessionStateGuard _guard = new();
    private readonly SqlParser _parser = new();

    private static ReadOnlySpan<byte> Select => "SELECT abalance FROM pgbench_accounts WHERE aid = 4711;"u8;

    private static ReadOnlySpan<byte> EntityFramework =>
        """
        SELECT s."Id", s."CustomerId", s."OrderedAt", s."Status", s."Total", s0."Id", s0."OrderId", s0."ProductId", s0."Quantity", s0."UnitPrice"
        FROM (
            SELECT o."Id", o."CustomerId", o."OrderedAt", o."Status", o."Total"
            FROM sales."Orders" AS o
            INNER JOIN sales."Customers" AS c ON o."CustomerId" = c."Id"
            WHERE c."Country" = @__country_0 AND o."OrderedAt" >= @__since_1 AND o."Status" <> 'cancelled'
            ORDER BY o."OrderedAt" DESC
            LIMIT @__p_2 OFFSET @__p_3
        ) AS s
        LEFT JOIN sales."OrderItems" AS s0 ON s."Id" = s0."OrderId"
        ORDER BY s."OrderedAt" DESC, s."Id"
        """u8;

    private static ReadOnlySpan<byte> Insert =>
        "INSERT INTO sales.orders (customer_id, ordered_at, status, total, note) VALUES (4711, '2026-01-02 03:04:05+00', 'new', 129.90, 'leave it at the neighbour''s door'), (4712, now(), 'new', 19.95, E'line\\nbreak')"u8;

    [GlobalSetup]
    public void Setup()
    {
        Expect.That(PgbenchSelect() == 1 && EntityFrameworkQuery() == 1 && InsertWithLiterals() == 1, "ordinary statements pass");
        Expect.That(SetRole() == 0, "SET ROLE is denied");
        Expect.That(EntityFramework.Length is > 550 and < 700, "the query is of the usual length");
    }

    [Benchmark]
    public int PgbenchSelect() => Check(Select);

    [Benchmark]
    public int EntityFrameworkQuery() => Check(EntityFramework);

    [Benchmark]
    public int InsertWithLiterals() => Check(Insert);

    [Benchmark]
    public int SetRole() => Check("SET ROLE postgres"u8);

    private int Check(ReadOnlySpan<byte> sql)
    {
        _parser.Parse(sql);
        return _guard.Check(sql, _parser).IsAllowed ? 1 : 0;
    }
}
