using System.Text;
using Xunit;

namespace PgOAuth.Upstream.Scram;

public sealed class ScramClientTests
{
    // RFC 7677 section 3.
    private const string Nonce = "rOprNGfwEbeRWgbNEkqO";
    private const string ServerFirst = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    private const string ServerFinal = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    private readonly ScramKeyCache _cache = new();

    [Fact]
    public void Exchange_OfRfc7677_GivesItsMessages()
    {
        var scram = Client();

        Assert.Equal("n,,n=user,r=rOprNGfwEbeRWgbNEkqO", Encoding.ASCII.GetString(scram.ClientFirst()));
        Assert.True(scram.TryAnswer(Encoding.ASCII.GetBytes(ServerFirst), out var final, out var problem), problem);
        Assert.Equal("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", Encoding.ASCII.GetString(final));
        Assert.False(scram.IsServerProven);
        Assert.True(scram.TryFinish(Encoding.ASCII.GetBytes(ServerFinal), out _));
        Assert.True(scram.IsServerProven);
    }

    [Fact]
    public void Exchange_FinishedBeforeItBegan_Fails() => Assert.False(Client().TryFinish(Encoding.ASCII.GetBytes(ServerFinal), out _));

    [Fact]
    public void Nonce_OfEachExchange_IsAnother()
    {
        var nonces = Enumerable.Range(0, 100).Select(_ => Encoding.ASCII.GetString(new ScramClient(ScramBinding.None, "s", "u", "p", 1, _cache).ClientFirst())).ToHashSet();

        Assert.Equal(100, nonces.Count);
    }

    [Fact]
    public void A31_MutatedMessages_NeverThrowAndNeverProveTheServer()
    {
        var random = new Random(7677);
        var first = Encoding.ASCII.GetBytes(ServerFirst);
        var final = Encoding.ASCII.GetBytes(ServerFinal);
        for (var round = 0; round < 3_000; round++)
        {
            var scram = Client();
            if (scram.TryAnswer(Mutate(first, random), out _, out _))
            {
                Assert.False(scram.TryFinish(final, out _));
            }

            Assert.True((scram = Client()).TryAnswer(first, out _, out _));
            Assert.False(scram.TryFinish(Mutate(final, random), out _));
        }
    }

    [Fact]
    public void Cache_RemembersOnlyTheSameKeyAndStaysBounded()
    {
        var keys = ScramKeys.Derive("p"u8, "salt"u8, 1);
        var key = _cache.MakeKey("s", "u", "p", "salt"u8, 1);
        _cache.Remember(key, keys);

        Assert.Same(keys, _cache.Find(_cache.MakeKey("s", "u", "p", "salt"u8, 1)));
        Assert.Null(_cache.Find(_cache.MakeKey("t", "u", "p", "salt"u8, 1)));
        Assert.Null(_cache.Find(_cache.MakeKey("s", "v", "p", "salt"u8, 1)));
        Assert.Null(_cache.Find(_cache.MakeKey("s", "u", "q", "salt"u8, 1)));
        Assert.Null(_cache.Find(_cache.MakeKey("s", "u", "p", "tlas"u8, 1)));
        Assert.Null(_cache.Find(_cache.MakeKey("s", "u", "p", "salt"u8, 2)));
        Assert.DoesNotContain("PasswordHash = p,", key.ToString(), StringComparison.Ordinal);
        for (var i = 0; i < 2_000; i++)
        {
            _cache.Remember(_cache.MakeKey("s", "u", "p", "salt"u8, i + 10), keys);
        }

        Assert.InRange(_cache.Count, 1, 512);
    }

    [Fact]
    public void Cache_HoldsNothingOfAServerThatDidNotProveItself()
    {
        var scram = Client();
        Assert.True(scram.TryAnswer(Encoding.ASCII.GetBytes(ServerFirst), out _, out _));
        Assert.False(scram.TryFinish("v=AAAA"u8, out _));
        Assert.Equal(0, _cache.Count);

        Assert.True(scram.TryFinish(Encoding.ASCII.GetBytes(ServerFinal), out _));
        Assert.Equal(1, _cache.Count);
    }

    private ScramClient Client() => new(ScramBinding.None, "server", "user", "pencil", 1, _cache, Nonce) { UserInMessage = "user" };

    /// <summary>Another message than the honest one, and not just with another extension or padding at its end.</summary>
    private static byte[] Mutate(byte[] honest, Random random)
    {
        var bytes = (byte[])honest.Clone();
        var at = random.Next(bytes.Length - 2);
        bytes[at] ^= (byte)random.Next(1, 256);
        return random.Next(4) == 0 ? bytes[..at] : bytes;
    }
}
