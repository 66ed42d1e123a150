using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using PgOAuth.Options;
using PgOAuth.Testing.Wire;
using Xunit;
using static PgOAuth.Testing.Wire.LoginMessages;

namespace PgOAuth.Startup;

/// <summary>SSLRequest, GSSENCRequest and direct TLS, as an attacker would send them.</summary>
public sealed class EncryptionRequestTests
{
    private static byte[] Stuffing => [.. GoodStartup, .. Password("good"), (byte)'Q', 0, 0, 0, 5, 0];

    [Fact]
    public async Task A01_StartupBehindSslRequestInOneWrite_EndsTheConnectionWithoutAnAnswerToIt()
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        await using var client = await bed.ConnectAsync();

        await client.SendAsync(SslRequest, Stuffing);

        AssertNoAnswer(await client.ReadToEndAsync());
        var records = await bed.SettleAsync(1);
        Assert.Equal("plaintext_before_tls", records[0].Reason);
        Assert.Equal(0, bed.Validator.Calls);
    }

    [Fact]
    public async Task A01_StartupBehindSslRequestByteByByte_NeverGetsAnAnswer()
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        await using var client = await bed.ConnectAsync();

        await client.SendOneByOneAsync([.. SslRequest, .. Stuffing]);
        client.CloseSending();

        AssertNoAnswer(await client.ReadToEndAsync());
        await bed.SettleAsync(1);
        Assert.Equal(0, bed.Validator.Calls);
        Assert.Equal(0, bed.UpstreamConnections);
    }

    [Fact]
    public async Task A01_StartupBehindSslRequestSplitAtEachOffset_NeverGetsAnAnswer()
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        byte[] all = [.. SslRequest, .. Stuffing];
        for (var split = 1; split < all.Length; split++)
        {
            await using var client = await bed.ConnectAsync();
            await client.SendAsync(all.AsMemory(0, split));
            await client.SendAsync(all.AsMemory(split));
            client.CloseSending();

            AssertNoAnswer(await client.ReadToEndAsync());
        }

        await bed.SettleAsync(all.Length - 1);
        Assert.Equal(0, bed.Validator.Calls);
        Assert.Equal(0, bed.UpstreamConnections);
    }

    [Fact]
    public async Task A01_StartupBetweenTheAnswerAndTheHandshake_BreaksTheHandshake()
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        await using var client = await bed.ConnectAsync();

        await client.SendAsync(SslRequest);
        Assert.Equal('S', await client.ReadAnswerAsync());
        await client.SendAsync(Stuffing);

        // A TLS alert at most, which is no message of PostgreSQL's.
        Assert.DoesNotContain((byte)'R', await client.ReadToEndAsync());
        Assert.Equal("tls_handshake_failed", (await bed.SettleAsync(1))[0].Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A01_StartupBehindGssEncRequest_EndsTheConnection(bool tls)
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true, tls: tls);
        await using var client = await bed.ConnectAsync();

        await client.SendAsync(GssEncRequest, Stuffing);

        Assert.Empty(await client.ReadToEndAsync());
        Assert.Equal("plaintext_before_tls", (await bed.SettleAsync(1))[0].Reason);
    }

    [Fact]
    public async Task A01_StartupBehindSslRequestWithoutCertificate_EndsTheConnection()
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true, tls: false);
        await using var client = await bed.ConnectAsync();

        await client.SendAsync(SslRequest, Stuffing);

        Assert.Empty(await client.ReadToEndAsync());
        Assert.Equal(0, bed.Validator.Calls);
    }

    [Fact]
    public async Task A05_OneOfEach_ThenTheThirdRequestEndsTheConnection()
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true, tls: false);
        await using var client = await bed.ConnectAsync();

        await client.SendAsync(SslRequest);
        Assert.Equal('N', await client.ReadAnswerAsync());
        await client.SendAsync(GssEncRequest);
        Assert.Equal('N', await client.ReadAnswerAsync());
        await client.SendAsync(SslRequest);

        var error = await client.ExpectFatalAsync();
        Assert.Equal("0A000", error.SqlState);
        Assert.Equal("unsupported frontend protocol 1234.5679: server supports 3.0 to 3.2", error.Message);
    }

    [Theory]
    [InlineData(false, "1234.5679")]
    [InlineData(true, "1234.5680")]
    public async Task A05_TheSameRequestTwice_EndsTheConnection(bool gss, string version)
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true, tls: false);
        await using var client = await bed.ConnectAsync();
        var request = gss ? GssEncRequest : SslRequest;

        await client.SendAsync(request);
        Assert.Equal('N', await client.ReadAnswerAsync());
        await client.SendAsync(request);

        Assert.Contains(version, (await client.ExpectFatalAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A05_HundredThousandAlternations_GetOneAnswerAtMost()
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true, tls: false);
        await using var client = await bed.ConnectAsync();
        var flood = Enumerable.Range(0, 100_000).SelectMany(static i => i % 2 == 0 ? SslRequest : GssEncRequest).ToArray();

        var sending = client.SendAsync(flood.AsMemory());
        var answer = await client.ReadToEndAsync();
        await sending;

        // Either request may have been read alone and answered; the third never is.
        Assert.InRange(answer.Count(static b => b == (byte)'N'), 0, 20);
        Assert.DoesNotContain((byte)'S', answer.Take(1));
        await bed.SettleAsync(1);
        Assert.Single(bed.Audit.Records);
    }

    [Fact]
    public async Task A05_RequestsInsideTls_EndTheConnection()
    {
        await using var bed = await ProxyTestBed.StartAsync();
        foreach (var request in new[] { SslRequest, GssEncRequest })
        {
            await using var client = await bed.ConnectAsync();
            await client.StartTlsAsync();

            await client.SendAsync(request);

            Assert.Equal("0A000", (await client.ExpectFatalAsync()).SqlState);
        }
    }

    [Fact]
    public async Task A05_EncryptionRequestOfAnotherLength_IsRefused()
    {
        await using var bed = await ProxyTestBed.StartAsync();
        await using var client = await bed.ConnectAsync();

        await client.SendAsync(Untyped([.. SslRequest[4..], 0]));

        Assert.Equal("0A000", (await client.ExpectFatalAsync()).SqlState);
    }

    [Fact]
    public async Task A06_DirectTlsWithAlpn_LogsIn()
    {
        await using var bed = await ProxyTestBed.StartAsync();
        await using var client = await bed.ConnectAsync();

        await client.StartDirectTlsAsync();

        Assert.Equal('Z', (await client.LogInAsync("good"))[^1].Type);
        Assert.Equal(new SslApplicationProtocol("postgresql"), ((SslStream)client.Stream).NegotiatedApplicationProtocol);
    }

    [Fact]
    public async Task A06_DirectTlsWithoutAlpn_IsClosedUnheard()
    {
        await using var bed = await ProxyTestBed.StartAsync();
        await using var client = await bed.ConnectAsync();

        await client.StartDirectTlsAsync(configure: static options => options.ApplicationProtocols = null);
        await client.SendAsync(GoodStartup);

        await client.ExpectCloseAsync();
        var record = (await bed.SettleAsync(1))[0];
        Assert.Equal("tls_handshake_failed", record.Reason);
        Assert.Contains("ALPN", record.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http/1.1")]
    [InlineData("h2")]
    [InlineData("PostgreSQL")]
    [InlineData("postgresq")]
    [InlineData("postgresql2")]
    public async Task A06_DirectTlsWithAnotherProtocolsName_FailsTheHandshake(string protocol)
    {
        await using var bed = await ProxyTestBed.StartAsync();
        await using var client = await bed.ConnectAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => client.StartDirectTlsAsync(configure: options => options.ApplicationProtocols = [new SslApplicationProtocol(protocol)]));

        Assert.Equal("tls_handshake_failed", (await bed.SettleAsync(1))[0].Reason);
    }

    [Fact]
    public async Task A06_DirectTlsThenSslRequest_IsRefused()
    {
        await using var bed = await ProxyTestBed.StartAsync();
        await using var client = await bed.ConnectAsync();
        await client.StartDirectTlsAsync();

        await client.SendAsync(SslRequest);

        Assert.Equal("unsupported frontend protocol 1234.5679: server supports 3.0 to 3.2", (await client.ExpectFatalAsync()).Message);
    }

    [Fact]
    public async Task A06_DirectTlsAfterSslRequestWasDeclined_IsRefused()
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true, tls: false);
        await using var client = await bed.ConnectAsync();
        await client.SendAsync(SslRequest);
        Assert.Equal('N', await client.ReadAnswerAsync());

        await client.SendAsync([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc]);

        Assert.Equal("invalid length of startup packet", (await client.ExpectFatalAsync()).Message);
    }

    [Fact]
    public async Task A06_DirectTlsOnAnEndpointWithoutCertificate_IsClosedUnheard()
    {
        await using var bed = await ProxyTestBed.StartAsync(tls: false, plaintext: true);
        await using var client = await bed.ConnectAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => client.StartDirectTlsAsync());

        Assert.Empty(client.Received);
    }

    [Fact]
    public async Task A06_HttpRequest_GetsNoWordOfItselfBack()
    {
        await using var bed = await ProxyTestBed.StartAsync();
        await using var client = await bed.ConnectAsync();

        await client.SendAsync("GET /sentinel HTTP/1.1\r\nHost: sentinel\r\n\r\n"u8.ToArray());

        var all = await client.ReadToEndAsync();
        Assert.Equal((byte)'E', all[0]);
        Assert.Equal("08P01", WireError.Parse(all.AsSpan(5)).SqlState);
        Assert.DoesNotContain("sentinel", Encoding.Latin1.GetString(all), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A06_HttpRequestInsideTls_IsRefused()
    {
        await using var bed = await ProxyTestBed.StartAsync();
        await using var client = await bed.ConnectAsync();
        await client.StartTlsAsync();

        await client.SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());

        Assert.Equal("08P01", (await client.ExpectFatalAsync()).SqlState);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task E10_CurrentProtocols_LogIn(SslProtocols protocol)
    {
        await using var bed = await ProxyTestBed.StartAsync();
        await using var client = await bed.ConnectAsync();

        await client.StartTlsAsync(configure: options => options.EnabledSslProtocols = protocol);

        Assert.Equal('Z', (await client.LogInAsync("good"))[^1].Type);
        Assert.Equal(protocol, ((SslStream)client.Stream).SslProtocol);
    }

    [Theory]
    [InlineData(0x03, 0x00)]
    [InlineData(0x03, 0x01)]
    [InlineData(0x03, 0x02)]
    public async Task E10_ClientHelloOfAnOldProtocol_FailsTheHandshake(byte major, byte minor)
    {
        await using var bed = await ProxyTestBed.StartAsync();
        await using var client = await bed.ConnectAsync();
        await client.SendAsync(SslRequest);
        Assert.Equal('S', await client.ReadAnswerAsync());

        // One cipher suite, no extensions: all that an old client needs to say.
        byte[] hello = [major, minor, .. new byte[32], 0, 0, 4, 0xc0, 0x14, 0x00, 0x2f, 1, 0];
        byte[] handshake = [1, 0, 0, (byte)hello.Length, .. hello];
        await client.SendAsync([0x16, 0x03, 0x01, 0, (byte)handshake.Length, .. handshake]);

        // An alert (type 21) is the only record that may come; a ServerHello would be type 22.
        Assert.DoesNotContain((byte)22, (await client.ReadToEndAsync()).Take(1));
        Assert.Equal("tls_handshake_failed", (await bed.SettleAsync(1))[0].Reason);
    }

    /// <summary>One FATAL 08P01 at most: no S, no N, no authentication request.</summary>
    // Where the request was read alone, it was answered before the rest came, and TLS then failed on it; else there is no answer at all.
    private static void AssertNoAnswer(byte[] answer)
    {
        if (answer.Length > 0)
        {
            Assert.Equal((byte)'S', answer[0]);
            Assert.True(answer.Length == 1 || answer[1] == 21, "something other than a TLS alert follows the answer");
        }
    }
}
