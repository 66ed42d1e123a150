using BenchmarkDotNet.Attributes;
using PgOAuth.Enforcement.Catalog;
using PgOAuth.Enforcement.Policy;
using PgOAuth.Sql;
using PgOAuth.Sql.Resolution;

namespace PgOAuth.Benchmarks.Enforcement;

/// <summary>What the policy's decision costs: by itself, and from a text that was never seen (parse, resolve, decide).</summary>
[MemoryDiagnoser]
public class DecisionBenchmarks
{
    private static readonly CatalogView Catalog = BenchmarkCatalog.View();

    private readonly Grant _grant = BenchmarkPolicy.Compile().Grants.Get(BenchmarkPolicy.Scopes);
    private readonly Reading _select = new("SELECT abalance FROM pgbench_accounts WHERE aid = 4711;"u8);
    private readonly Reading _update = new("UPDATE pgbench_accounts SET abalance = abalance + -3141 WHERE aid = 4711;"u8);
    private readonly Reading _join = new(
        """
        SELECT o."id", o."ordered_at", o."total", c."name", i."quantity" FROM "sales"."orders" AS o INNER JOIN "sales"."customers" AS c ON o."customer_id" = c."id" LEFT JOIN "sales"."order_items" AS i ON i."order_id" = o."id" WHERE c."country" = $1 AND o."total" > 100 ORDER BY o."id" LIMIT 20
        """u8);
    private readonly Reading _secret = new("SELECT email FROM sales.customers WHERE id = 4711;"u8);

    [GlobalSetup]
    public void Setup()
    {
        Expect.That(Select() == 1 && Update() == 1 && Join() == 1, "what is granted is allowed");
        Expect.That(SelectAnew() == 1 && UpdateAnew() == 1 && JoinAnew() == 1, "also when it is read anew");
        Expect.That(Refusal() == 0, "a column that is not granted is refused");
        Expect.That(_join.Length is > 200 and < 300, "the join is of the usual length");
    }

    [Benchmark]
    public int Select() => Decide(_select);

    [Benchmark]
    public int Update() => Decide(_update);

    [Benchmark]
    public int Join() => Decide(_join);

    [Benchmark]
    public int SelectAnew() => Decide(_select.Again());

    [Benchmark]
    public int UpdateAnew() => Decide(_update.Again());

    [Benchmark]
    public int JoinAnew() => Decide(_join.Again());

    /// <summary>With what is to be said about it.</summary>
    [Benchmark]
    public int Refusal() => Decide(_secret);

    private int Decide(Reading reading) => StatementDecision.Of(_grant, reading.Facts).IsAllowed ? 1 : 0;

    /// <summary>A statement with the parser that holds its tree.</summary>
    private sealed class Reading
    {
        private readonly byte[] _text;
        private readonly SqlParser _parser = new();
        private readonly SqlResolver _resolver = new();
        private readonly SqlAccessList _accesses = new();

        internal Reading(ReadOnlySpan<byte> text)
        {
            _text = text.ToArray();
            Again();
        }

        internal int Length => _text.Length;

        internal StatementFacts Facts => new(_text, _parser.Tokens, _parser.Nodes, _parser.Statements[0], _accesses, Catalog);

        internal Reading Again()
        {
            Expect.That(_parser.Parse(_text) && _parser.Statements.Length == 1, "the text is one statement");
            _resolver.Resolve(_text, _parser.Tokens, _parser.Nodes, _parser.Statements[0], Catalog, _accesses);
            return this;
        }
    }
}
