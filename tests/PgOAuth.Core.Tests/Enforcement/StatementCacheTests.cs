using System.Globalization;
using System.Text;
using Xunit;

namespace PgOAuth.Enforcement;

public sealed class StatementCacheTests
{
    private readonly StatementCache _cache = new(new SessionStateGuard(), entries: 64, maxBytes: 64 * 1024);

    [Fact]
    public void SameText_IsTheSameStatement()
    {
        var first = _cache.GetQuery("SELECT 1"u8);

        Assert.Same(first, _cache.GetQuery("SELECT 1"u8));
        Assert.Equal(1, _cache.Count);
        Assert.Null(first.Denial);
        Assert.Equal(SessionEffects.None, first.Effects);
    }

    [Fact]
    public void ParseWithoutTypes_SharesTheQuerysStatement()
    {
        var query = _cache.GetQuery("SELECT a"u8);

        Assert.Same(query, _cache.GetParse("SELECT a"u8, [0, 0]));
        Assert.Equal("SELECT a\0\0\0"u8.ToArray(), query.ParseBody.ToArray());
    }

    [Fact]
    public void ParameterTypes_MakeAnotherStatement()
    {
        byte[] int4 = [0, 1, 0, 0, 0, 23];
        byte[] int8 = [0, 1, 0, 0, 0, 20];
        var first = _cache.GetParse("SELECT $1"u8, int4);

        Assert.NotSame(first, _cache.GetParse("SELECT $1"u8, int8));
        Assert.NotSame(first, _cache.GetQuery("SELECT $1"u8));
        Assert.Same(first, _cache.GetParse("SELECT $1"u8, int4));
        Assert.Equal([.. "SELECT $1\0"u8, .. int4], first.ParseBody.ToArray());
    }

    [Fact]
    public void TextAndTypes_AreNotTakenForEachOther()
    {
        // The same bytes in a row, cut at another place.
        var first = _cache.GetParse("a"u8, [0, 0, 0]);

        Assert.NotSame(first, _cache.GetParse("a\0"u8, [0, 0]));
    }

    [Fact]
    public void ServerName_IsUniqueAcrossCaches()
    {
        var other = new StatementCache(null);
        var names = new[] { _cache.GetQuery("SELECT a"u8), _cache.GetQuery("SELECT b"u8), other.GetQuery("SELECT a"u8) }
            .Select(static statement => Encoding.ASCII.GetString(statement.ServerName))
            .ToList();

        Assert.Equal(3, names.Distinct().Count());
        Assert.All(names, static name => Assert.StartsWith("pgoauth_", name, StringComparison.Ordinal));
        Assert.Same(_cache.GetQuery("SELECT 1"u8).ServerName, _cache.GetQuery("SELECT 1"u8).ServerName);
    }

    [Fact]
    public void Verdict_IsTheGuards()
    {
        var denied = _cache.GetQuery("SET ROLE postgres"u8);

        Assert.Equal(StatementDenial.RoleChange, denied.Denial?.Reason);
        Assert.Same(denied, _cache.GetQuery("SET ROLE postgres"u8));
        Assert.Equal(SessionEffects.None, denied.Effects);
    }

    [Fact]
    public void NoGuard_AllowsAndStillReadsEffects()
    {
        var statement = new StatementCache(null).GetQuery("SET ROLE postgres"u8);

        Assert.Null(statement.Denial);
        Assert.Equal(SessionEffects.Touched, statement.Effects);
    }

    [Fact]
    public void LongText_IsJudgedButNotKept()
    {
        var text = Encoding.UTF8.GetBytes("SELECT " + new string('1', StatementCache.LongestKept));

        Assert.Null(_cache.GetQuery(text).Denial);
        Assert.NotSame(_cache.GetQuery(text), _cache.GetQuery(text));
        Assert.Equal(0, _cache.Count);
    }

    [Fact]
    public void FloodOfUniqueTexts_LeavesHotOnesAndStaysWithinBounds()
    {
        var hot = _cache.GetQuery("SELECT hot"u8);
        for (var i = 0; i < 10_000; i++)
        {
            _cache.GetQuery(Unique(i, 40));
            Assert.True(_cache.Count <= 64);
            if (i % 16 == 0)
            {
                Assert.Same(hot, _cache.GetQuery("SELECT hot"u8));
            }
        }
    }

    [Fact]
    public void LongTexts_StayWithinTheBytes()
    {
        for (var i = 0; i < 500; i++)
        {
            var kept = _cache.GetQuery(Unique(i, 10_000));
            Assert.True(_cache.Bytes <= 64 * 1024, $"{_cache.Bytes} bytes");
            Assert.Same(kept, _cache.GetQuery(Unique(i, 10_000)));
        }
    }

    [Fact]
    public void EvictedStatement_StaysWhatItWas()
    {
        var held = _cache.GetQuery("SELECT held"u8);
        var name = held.ServerName;
        for (var i = 0; i < 2_000; i++)
        {
            _cache.GetQuery(Unique(i, 40));
        }

        Assert.NotSame(held, _cache.GetQuery("SELECT held"u8));
        Assert.Same(name, held.ServerName);
        Assert.Equal("SELECT held\0\0\0"u8.ToArray(), held.ParseBody.ToArray());
    }

    [Fact]
    public void EveryLength_IsFoundAgainAndToldApart()
    {
        // Across the hash's own boundaries: each byte of the text counts.
        for (var length = 0; length <= 200; length++)
        {
            var text = Enumerable.Repeat((byte)'a', length).ToArray();
            var cache = new StatementCache(null);
            var statement = cache.GetQuery(text);
            for (var at = 0; at < length; at++)
            {
                text[at] = (byte)'b';
                Assert.NotEqual(TextHash.Of(statement.ParseBody.Span[..length]), TextHash.Of(text));
                Assert.NotSame(statement, cache.GetQuery(text));
                text[at] = (byte)'a';
            }

            Assert.Same(statement, cache.GetQuery(text));
        }
    }

    private static byte[] Unique(int number, int length) =>
        Encoding.UTF8.GetBytes(("SELECT a" + number.ToString(CultureInfo.InvariantCulture)).PadRight(length));
}
