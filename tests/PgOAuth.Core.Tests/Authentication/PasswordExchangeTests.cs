using System.Text;
using PgOAuth.Options;
using PgOAuth.Testing.Upstream;
using PgOAuth.Testing.Wire;
using Xunit;
using static PgOAuth.Testing.Wire.LoginMessages;

namespace PgOAuth.Authentication;

/// <summary>The token as a password, over the wire.</summary>
public sealed class PasswordExchangeTests
{
    [Fact]
    public async Task Token_OverTls_LogsIn()
    {
        await using var bed = await ProxyTestBed.StartAsync();
        await using var client = await bed.ConnectAsync();
        await client.StartTlsAsync();

        var messages = await client.LogInAsync("good");

        Assert.Equal("RSKZ", string.Concat(messages.Select(static m => m.Type)));
        Assert.Equal(BackendMessages.Int32(0), messages[0].Body);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(1_000)]
    [InlineData(16_384)]
    [InlineData(65_000)]
    public async Task Token_OfEverySizeUpToTheLimit_LogsIn(int length)
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        await using var client = await bed.ConnectAsync();

        Assert.Equal('Z', (await client.LogInAsync("good".PadRight(length, '~')))[^1].Type);
    }

    [Theory]
    [InlineData(65_001)]
    [InlineData(1_000_000)]
    public async Task A14_TokenLongerThanTheLimit_IsRefusedUnread(int length)
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        await using var client = await bed.ConnectAsync();
        await client.SendAsync(GoodStartup);
        await client.ExpectAuthenticationAsync(3);

        await client.SendAsync(Password("good".PadRight(length, '~')).AsMemory(0, 100));

        Assert.Equal("08P01", (await client.ExpectFatalAsync()).SqlState);
        Assert.Equal(0, bed.Validator.Calls);
    }

    [Fact]
    public async Task EmptyPassword_IsNoTokenAndAsksNoValidator()
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        await using var client = await bed.ConnectAsync();

        var error = await RefusedAsync(client, Password(""));

        Assert.Equal("28000", error.SqlState);
        Assert.Equal("no_token", (await bed.SettleAsync(1))[0].Reason);
        Assert.Equal(0, bed.Validator.Calls);
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("good token")]
    [InlineData("good\n")]
    [InlineData("go\"od")]
    [InlineData("go=od")]
    [InlineData("=")]
    [InlineData("====")]
    [InlineData("good%20")]
    [InlineData("göod")]
    [InlineData("Bearer good")]
    public async Task A48_PasswordThatCannotBeAToken_AsksNoValidatorAndSaysNothingElse(string password)
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        await using var client = await bed.ConnectAsync();
        var error = await RefusedAsync(client, Password(password));
        await using var other = await bed.ConnectAsync();

        Assert.Equal((await RefusedAsync(other, Password("bad"))).WithoutSession(), error.WithoutSession());
        Assert.Equal(1, bed.Validator.Calls);
    }

    [Theory]
    [InlineData("sentinel of a person")]
    [InlineData("sentinel")]
    [InlineData("good.sentinel")]
    public async Task Token_WhateverBecomesOfIt_IsInNoLogAndNoAuditRecord(string password)
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        await using (var client = await bed.ConnectAsync())
        {
            await client.SendAsync(GoodStartup, Password(password));
            await client.ExpectAuthenticationAsync(3);
            await client.ReadMessageAsync();
        }

        await bed.SettleAsync(1);
        Assert.DoesNotContain("sentinel", bed.Log.AllText + string.Join('\n', bed.Audit.Records), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("good")]
    [InlineData("good\0x")]
    [InlineData("good\0\0")]
    [InlineData("good\0good\0")]
    [InlineData("\0good\0")]
    public async Task A16_PasswordMessageOfAWrongLayout_IsRefused(string body)
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        await using var client = await bed.ConnectAsync();

        var error = await RefusedAsync(client, SaslResponse(Encoding.Latin1.GetBytes(body)));

        Assert.Equal(("08P01", "invalid password packet"), (error.SqlState, error.Message));
        Assert.Equal(0, bed.Validator.Calls);
    }

    [Theory]
    [InlineData(TokenExchange.Password)]
    [InlineData(TokenExchange.OAuthBearer)]
    public async Task A17_EveryOtherMessageType_EndsTheLogin(TokenExchange exchange)
    {
        await using var bed = await ProxyTestBed.StartAsync(exchange: exchange, plaintext: true);
        var body = exchange == TokenExchange.Password ? BackendMessages.CString("good") : SaslInitial(Bearer("good"))[5..];
        for (var type = 0; type < 256; type++)
        {
            await using var client = await bed.ConnectAsync();
            var message = BackendMessages.Message((char)type, body);
            if (type == 'p')
            {
                await client.SendAsync(GoodStartup);
                await client.ExpectAsync('R');
                await client.SendAsync(message);
                await client.ReadUntilReadyAsync();
                continue;
            }

            var error = await RefusedAsync(client, message);

            Assert.Equal(("08P01", "expected an authentication message"), (error.SqlState, error.Message));
        }

        Assert.Equal(1, bed.Validator.Calls);
    }

    [Theory]
    [InlineData('Q', 60_000u)]
    [InlineData('Q', 0u)]
    [InlineData('X', 0xffff_ffffu)]
    [InlineData('\0', 3u)]
    public async Task A17_OtherMessageType_IsRefusedByItsFirstByte(char type, uint length)
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        await using var client = await bed.ConnectAsync();

        var error = await RefusedAsync(client, [(byte)type, .. BackendMessages.Int32((int)length)]);

        Assert.Equal(("08P01", "expected an authentication message"), (error.SqlState, error.Message));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(2u)]
    [InlineData(3u)]
    [InlineData(65_006u)]
    [InlineData(65_536u)]
    [InlineData(0x0100_0000u)]
    [InlineData(0x7fff_ffffu)]
    [InlineData(0x8000_0000u)]
    [InlineData(0x8000_0008u)]
    [InlineData(0xffff_ffffu)]
    public async Task A14_ImpossibleLength_IsRefusedBeforeTheRestIsRead(uint length)
    {
        foreach (var exchange in new[] { TokenExchange.Password, TokenExchange.OAuthBearer })
        {
            if (exchange == TokenExchange.OAuthBearer && length is 65_006 or 65_536)
            {
                continue; // Within PG_MAX_AUTH_TOKEN_LENGTH and its length.
            }

            await using var bed = await ProxyTestBed.StartAsync(exchange: exchange, plaintext: true);
            await using var client = await bed.ConnectAsync();

            var error = await RefusedAsync(client, [(byte)'p', .. BackendMessages.Int32((int)length)]);

            Assert.Equal(("08P01", "invalid length of the authentication message"), (error.SqlState, error.Message));
        }
    }

    [Fact]
    public async Task A17_SecondStartupMessageInsteadOfThePassword_DoesNotRebindTheUser()
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        await using var client = await bed.ConnectAsync();

        Assert.Equal("08P01", (await RefusedAsync(client, StartupMessage(Version30, "user", "postgres"))).SqlState);
    }

    [Fact]
    public async Task PasswordCutAtEachByte_EndsAsDisconnect()
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        var message = Password("good");
        for (var length = 0; length < message.Length; length++)
        {
            await using var client = await bed.ConnectAsync();
            await client.SendAsync(GoodStartup);
            await client.ExpectAuthenticationAsync(3);
            await client.SendAsync(message.AsMemory(0, length));
            client.CloseSending();
            await client.ExpectCloseAsync();
        }

        Assert.All(await bed.SettleAsync(message.Length), static record => Assert.Equal("client_disconnected", record.Reason));
        Assert.Equal(0, bed.Validator.Calls);
    }

    [Fact]
    public async Task BothExchanges_TheOptionChooses()
    {
        await using var bed = await ProxyTestBed.StartAsync(exchange: TokenExchange.Both, plaintext: true);
        foreach (var (options, code) in new[] { ("", 3), ("-c pgoauth.exchange=password", 3), ("-c pgoauth.exchange=oauthbearer", 10), ("--pgoauth.exchange=oauthbearer", 10) })
        {
            await using var client = await bed.ConnectAsync();
            await client.SendAsync(StartupMessage(Version30, "user", "app", "database", "shop", "options", options));
            await client.ExpectAuthenticationAsync(code);
        }
    }

    [Fact]
    public async Task OneExchange_TheOptionDoesNotChange()
    {
        await using var bed = await ProxyTestBed.StartAsync(exchange: TokenExchange.OAuthBearer, plaintext: true);
        await using var client = await bed.ConnectAsync();

        await client.SendAsync(StartupMessage(Version30, "user", "app", "options", "-c pgoauth.exchange=password"));

        await client.ExpectAuthenticationAsync(10);
    }

    [Theory]
    [InlineData("bad", "28000", "the access token was not accepted", "token_refused")]
    [InlineData("broken", "28000", "the access token was not accepted", "token_refused")]
    [InlineData("expired", "28000", "the access token has expired", "token_expired")]
    public async Task RefusedToken_SaysWhatAPersonCanActOn(string token, string sqlState, string message, string reason)
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        await using var client = await bed.ConnectAsync();

        var error = await RefusedAsync(client, Password(token));

        Assert.Equal((sqlState, message), (error.SqlState, error.Message));
        Assert.NotEmpty(error.Hint);
        Assert.Equal(reason, (await bed.SettleAsync(1))[0].Reason);
        Assert.Equal(0, bed.UpstreamConnections);
        Assert.DoesNotContain("sentinel", bed.Log.AllText, StringComparison.Ordinal);
    }

    private static async Task<WireError> RefusedAsync(RawClient client, byte[] answer)
    {
        await client.SendAsync(GoodStartup);
        await client.ExpectAsync('R');
        await client.SendAsync(answer);
        return await client.ExpectFatalAsync();
    }
}
