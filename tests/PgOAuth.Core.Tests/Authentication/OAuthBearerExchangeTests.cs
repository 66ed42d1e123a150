using System.Text;
using PgOAuth.Auditing;
using PgOAuth.Options;
using PgOAuth.Testing;
using PgOAuth.Testing.Upstream;
using PgOAuth.Testing.Wire;
using Xunit;
using static PgOAuth.Testing.Wire.LoginMessages;

namespace PgOAuth.Authentication;

/// <summary>OAUTHBEARER over the wire.</summary>
public sealed class OAuthBearerExchangeTests
{
    private const string Challenge = """{ "status": "invalid_token", "openid-configuration": "https://issuer.example.com/.well-known/openid-configuration", "scope": "openid" }""";

    private static byte[] KeyValueSeparator => [1];

    [Fact]
    public async Task Token_OverTls_LogsInWithoutSaslFinal()
    {
        await using var bed = await ProxyTestBed.StartAsync(exchange: TokenExchange.OAuthBearer);
        await using var client = await bed.ConnectAsync();
        await client.StartTlsAsync();
        await client.SendAsync(GoodStartup);

        Assert.Equal("OAUTHBEARER\0\0", Encoding.ASCII.GetString(await client.ExpectAuthenticationAsync(10)));
        await client.SendAsync(SaslInitial(Bearer("good")));

        var messages = await client.ReadUntilReadyAsync();
        Assert.Equal("RSKZ", string.Concat(messages.Select(static m => m.Type)));
        Assert.Equal(BackendMessages.Int32(0), messages[0].Body);
    }

    [Theory]
    [InlineData(16_384)]
    [InlineData(65_000)]
    public async Task Token_OfEverySizeUpToTheLimit_LogsIn(int length)
    {
        await using var bed = await ProxyTestBed.StartAsync(exchange: TokenExchange.OAuthBearer, plaintext: true);
        await using var client = await StartAsync(bed);

        await client.SendAsync(SaslInitial(Bearer("good".PadRight(length, '~'))));

        Assert.Equal('Z', (await client.ReadUntilReadyAsync())[^1].Type);
    }

    [Fact]
    public async Task Token_SplitAtEachByte_LogsIn()
    {
        await using var bed = await ProxyTestBed.StartAsync(exchange: TokenExchange.OAuthBearer, plaintext: true);
        await using var client = await StartAsync(bed);

        await client.SendOneByOneAsync(SaslInitial(Bearer("good")));

        Assert.Equal('Z', (await client.ReadUntilReadyAsync())[^1].Type);
    }

    [Fact]
    public async Task A14_TokenAboveTheLimitButWithinTheMessage_IsRefusedLikeAWrongOne()
    {
        await using var bed = await ProxyTestBed.StartAsync(exchange: TokenExchange.OAuthBearer, plaintext: true);
        await using var client = await StartAsync(bed);

        await client.SendAsync(SaslInitial(Bearer("good".PadRight(65_001, '~'))));

        await AcceptChallengeAsync(client);
        Assert.Equal("the access token was not accepted", (await client.ExpectFatalAsync()).Message);
        Assert.Equal(0, bed.Validator.Calls);
    }

    [Fact]
    public async Task A14_MessageAboveTheAuthTokenLength_IsRefusedUnread()
    {
        await using var bed = await ProxyTestBed.StartAsync(exchange: TokenExchange.OAuthBearer, plaintext: true);
        await using var client = await StartAsync(bed);

        await client.SendAsync(BackendMessages.Message('p', new byte[65_536]).AsMemory(0, 50));

        Assert.Equal("08P01", (await client.ExpectFatalAsync()).SqlState);
    }

    [Fact]
    public async Task A39_Discovery_GetsTheChallengeAndIsNoFailedLogin()
    {
        await using var bed = await ProxyTestBed.StartAsync(exchange: TokenExchange.OAuthBearer, plaintext: true);
        await using var client = await StartAsync(bed);

        await client.SendAsync(SaslInitial("n,,\u0001auth=\u0001\u0001"));

        await AcceptChallengeAsync(client);
        Assert.Equal("28000", (await client.ExpectFatalAsync()).SqlState);
        var record = (await bed.SettleAsync(1))[0];
        Assert.Equal(("no_token", AuditVerdict.Abandoned), (record.Reason, record.Verdict));
        Assert.Equal(0, bed.Validator.Calls);
    }

    [Theory]
    [InlineData("bad", "the access token was not accepted")]
    [InlineData("broken", "the access token was not accepted")]
    [InlineData("expired", "the access token has expired")]
    public async Task A40_WrongToken_GetsTheChallengeThenTheReason(string token, string message)
    {
        await using var bed = await ProxyTestBed.StartAsync(exchange: TokenExchange.OAuthBearer, plaintext: true);
        await using var client = await StartAsync(bed);

        await client.SendAsync(SaslInitial(Bearer(token)));

        await AcceptChallengeAsync(client);
        var error = await client.ExpectFatalAsync();
        Assert.Equal(("28000", message), (error.SqlState, error.Message));
    }

    [Fact]
    public async Task A40_WrongTokensAndUnusableOnes_AreToldApartByNothing()
    {
        await using var bed = await ProxyTestBed.StartAsync(exchange: TokenExchange.OAuthBearer, plaintext: true);
        var answers = new HashSet<string>();
        foreach (var data in new[] { Bearer("bad"), Bearer("not b64"), "n,,\u0001auth=Basic x\u0001\u0001", "n,,\u0001auth=Bearer \u0001\u0001" })
        {
            await using var client = await StartAsync(bed);
            await client.SendAsync(SaslInitial(data));
            await AcceptChallengeAsync(client);
            answers.Add((await client.ExpectFatalAsync()).WithoutSession().ToString());
        }

        Assert.Single(answers);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\u0000")]
    [InlineData("\u0002")]
    [InlineData("\u0001\u0001")]
    [InlineData("\u0001\u0000")]
    [InlineData("n,,\u0001auth=Bearer good\u0001\u0001")]
    public async Task A40_OtherAnswerToTheChallenge_IsAViolation(string answer)
    {
        await using var bed = await ProxyTestBed.StartAsync(exchange: TokenExchange.OAuthBearer, plaintext: true);
        await using var client = await StartAsync(bed);
        await client.SendAsync(SaslInitial(Bearer("bad")));
        await client.ExpectAuthenticationAsync(11);

        await client.SendAsync(SaslResponse(Encoding.Latin1.GetBytes(answer)));

        var error = await client.ExpectFatalAsync();
        Assert.Equal(("08P01", "malformed OAUTHBEARER message"), (error.SqlState, error.Message));
        Assert.Equal(1, bed.Validator.Calls);
    }

    [Fact]
    public async Task A40_OtherMessageAfterTheChallenge_IsAViolation()
    {
        await using var bed = await ProxyTestBed.StartAsync(exchange: TokenExchange.OAuthBearer, plaintext: true);
        await using var client = await StartAsync(bed);
        await client.SendAsync(SaslInitial(Bearer("bad")));
        await client.ExpectAuthenticationAsync(11);

        await client.SendAsync(BackendMessages.Message('Q', 1));

        Assert.Equal("08P01", (await client.ExpectFatalAsync()).SqlState);
    }

    [Fact]
    public async Task A40_NewInitialResponseAfterTheChallenge_IsAViolation()
    {
        await using var bed = await ProxyTestBed.StartAsync(exchange: TokenExchange.OAuthBearer, plaintext: true);
        await using var client = await StartAsync(bed);
        await client.SendAsync(SaslInitial(Bearer("bad")));
        await client.ExpectAuthenticationAsync(11);

        await client.SendAsync(SaslInitial(Bearer("good")));

        Assert.Equal("08P01", (await client.ExpectFatalAsync()).SqlState);
        Assert.Equal(1, bed.Validator.Calls);
        Assert.Equal(0, bed.UpstreamConnections);
    }

    [Fact]
    public async Task A40_CloseInsteadOfAnAnswer_IsTheSameRefusal()
    {
        await using var bed = await ProxyTestBed.StartAsync(exchange: TokenExchange.OAuthBearer, plaintext: true);
        await using (var client = await StartAsync(bed))
        {
            await client.SendAsync(SaslInitial(Bearer("bad")));
            await client.ExpectAuthenticationAsync(11);
        }

        Assert.Equal("token_refused", (await bed.SettleAsync(1))[0].Reason);
    }

    [Fact]
    public async Task A40_SilenceAfterTheChallenge_EndsAtTheLoginDeadline()
    {
        var time = new ManualTimeProvider();
        await using var bed = await ProxyTestBed.StartAsync(components: c => c.TimeProvider = time, exchange: TokenExchange.OAuthBearer, plaintext: true);
        await using var client = await StartAsync(bed);
        await client.SendAsync(SaslInitial(Bearer("bad")));
        await client.ExpectAuthenticationAsync(11);

        time.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal("canceling authentication due to timeout", (await client.ExpectFatalAsync()).Message);
        Assert.Equal("login_timeout", (await bed.SettleAsync(1))[0].Reason);
    }

    [Fact]
    public async Task A41_NoInitialResponse_GetsAnEmptyChallengeThenTheMessageIsRead()
    {
        await using var bed = await ProxyTestBed.StartAsync(exchange: TokenExchange.OAuthBearer, plaintext: true);
        await using var client = await StartAsync(bed);

        await client.SendAsync(SaslInitial((byte[]?)null));
        Assert.Empty(await client.ExpectAuthenticationAsync(11));
        await client.SendAsync(SaslResponse(Encoding.ASCII.GetBytes(Bearer("good"))));

        Assert.Equal('Z', (await client.ReadUntilReadyAsync())[^1].Type);
    }

    [Fact]
    public async Task A41_NoInitialResponseAndNothingAfter_IsMalformed()
    {
        await using var bed = await ProxyTestBed.StartAsync(exchange: TokenExchange.OAuthBearer, plaintext: true);
        await using var client = await StartAsync(bed);

        await client.SendAsync(SaslInitial((byte[]?)null));
        await client.ExpectAuthenticationAsync(11);
        await client.SendAsync(SaslResponse());

        Assert.Equal("malformed OAUTHBEARER message", (await client.ExpectFatalAsync()).Message);
    }

    [Fact]
    public async Task A41_EmptyInitialResponse_IsMalformed()
    {
        await using var bed = await ProxyTestBed.StartAsync(exchange: TokenExchange.OAuthBearer, plaintext: true);
        await using var client = await StartAsync(bed);

        await client.SendAsync(SaslInitial(""));

        var error = await client.ExpectFatalAsync();
        Assert.Equal(("08P01", "malformed OAUTHBEARER message"), (error.SqlState, error.Message));
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    [InlineData(4)]
    [InlineData(2)]
    public async Task A16_InitialResponseOfAWrongLength_IsMalformed(int length)
    {
        await using var bed = await ProxyTestBed.StartAsync(exchange: TokenExchange.OAuthBearer, plaintext: true);
        await using var client = await StartAsync(bed);

        await client.SendAsync(SaslResponse([.. BackendMessages.CString("OAUTHBEARER"), .. BackendMessages.Int32(length), 1, 2, 3]));

        var error = await client.ExpectFatalAsync();
        Assert.Equal(("08P01", "malformed SASLInitialResponse"), (error.SqlState, error.Message));
    }

    [Theory]
    [InlineData("")]
    [InlineData("OAUTHBEARER")]
    [InlineData("OAUTHBEARER\0")]
    [InlineData("OAUTHBEARER\0\0\0\0")]
    [InlineData("SCRAM-SHA-256\0\0\0\0\0")]
    [InlineData("oauthbearer\0\0\0\0\0")]
    [InlineData("OAUTHBEARER-PLUS\0\0\0\0\0")]
    [InlineData("\0\0\0\0\0")]
    [InlineData("OAUTHBEARER\0\u00ff\u00ff\u00ff\u00ffx")]
    public async Task A16_InitialResponseOfAWrongLayout_IsMalformed(string body)
    {
        await using var bed = await ProxyTestBed.StartAsync(exchange: TokenExchange.OAuthBearer, plaintext: true);
        await using var client = await StartAsync(bed);

        await client.SendAsync(SaslResponse(Encoding.Latin1.GetBytes(body)));

        Assert.Equal("malformed SASLInitialResponse", (await client.ExpectFatalAsync()).Message);
    }

    [Theory]
    [InlineData("p=tls-server-end-point,,\u0001auth=Bearer good\u0001\u0001", "08P01", "malformed OAUTHBEARER message")]
    [InlineData("n,a=postgres,\u0001auth=Bearer good\u0001\u0001", "0A000", "client uses authorization identity, but it is not supported")]
    [InlineData("n,,\u0001auth=Bearer good\u0001", "08P01", "malformed OAUTHBEARER message")]
    public async Task A38_BindingOrIdentity_IsRefusedClearlyWithoutAChallenge(string data, string sqlState, string message)
    {
        await using var bed = await ProxyTestBed.StartAsync(exchange: TokenExchange.OAuthBearer);
        await using var client = await bed.ConnectAsync();
        await client.StartTlsAsync();
        await client.SendAsync(GoodStartup);

        // No mechanism with -PLUS: libpq with channel_binding=require stops here by itself.
        Assert.Equal("OAUTHBEARER\0\0", Encoding.ASCII.GetString(await client.ExpectAuthenticationAsync(10)));
        await client.SendAsync(SaslInitial(data));

        var error = await client.ExpectFatalAsync();
        Assert.Equal((sqlState, message), (error.SqlState, error.Message));
        Assert.Equal(0, bed.Validator.Calls);
    }

    private static async Task<RawClient> StartAsync(ProxyTestBed bed)
    {
        var client = await bed.ConnectAsync();
        await client.SendAsync(GoodStartup);
        await client.ExpectAuthenticationAsync(10);
        return client;
    }

    private static async Task AcceptChallengeAsync(RawClient client)
    {
        Assert.Equal(Challenge, Encoding.UTF8.GetString(await client.ExpectAuthenticationAsync(11)));
        await client.SendAsync(SaslResponse(KeyValueSeparator));
    }
}
