using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using PgOAuth.Enforcement;

namespace PgOAuth.Benchmarks.Enforcement;

/// <summary>What looking a text up costs, against reading it again.</summary>
[MemoryDiagnoser]
public class StatementCacheBenchmarks
{
    private readonly StatementCache _cache = new(new SessionStateGuard());
    private readonly byte[] _short = Text(60);
    private readonly byte[] _long = Text(600);
    private readonly byte[] _unique = Text(60);
    private readonly byte[] _types = [0, 2, 0, 0, 0, 23, 0, 0, 0, 25];
    private int _next;

    [GlobalSetup]
    public void Setup()
    {
        // Among as many others as the cache holds.
        for (var i = 0; i < 4096; i++)
        {
            Miss();
        }

        Expect.That(_short.Length == 60 && _long.Length == 600, "texts of the lengths that the names say");
        Expect.That(ReferenceEquals(_cache.GetQuery("SELECT 17"u8), _cache.GetQuery("SELECT 4"u8)), "integers are one");
        Expect.That(Hit60() == 60 && Hit600() == 600 && HitParse600() == 600, "texts that are kept");
        Expect.That(ReferenceEquals(_cache.GetQuery(_long), _cache.GetQuery(_long)), "a hit finds what was kept");
        Expect.That(!ReferenceEquals(_cache.GetQuery(_long), _cache.GetParse(_long, _types)), "types count");
    }

    [Benchmark]
    public int Hit60() => _cache.GetQuery(_short).ParseBody.Length - 3;

    [Benchmark]
    public int Hit600() => _cache.GetQuery(_long).ParseBody.Length - 3;

    /// <summary>As pgbench sends it: the same text but for the key.</summary>
    [Benchmark]
    public int HitShape() => _cache.GetQuery("SELECT abalance FROM pgbench_accounts WHERE aid = 74611;"u8).ParseBody.Length;

    [Benchmark]
    public int HitParse600() => _cache.GetParse(_long, _types).ParseBody.Length - 1 - _types.Length;

    /// <summary>A text that was never seen: one run of the guard, one of the effects, and the copy that is kept.</summary>
    [Benchmark]
    public int Miss()
    {
        // The digits of a column's name: those of an integer would not make it another text.
        (++_next % 100_000_000).TryFormat(_unique.AsSpan(47, 8), out _, "D8", CultureInfo.InvariantCulture);
        return _cache.GetQuery(_unique).ParseBody.Length;
    }

    private static byte[] Text(int length) =>
        Encoding.ASCII.GetBytes("SELECT abalance FROM pgbench_accounts WHERE a=n00000000".PadRight(length, ' '));
}
