using System.Text;
using PgOAuth.Options;
using PgOAuth.Testing;
using PgOAuth.Testing.Upstream;
using PgOAuth.Testing.Wire;
using Xunit;
using static PgOAuth.Testing.Wire.LoginMessages;

namespace PgOAuth.Startup;

/// <summary>Lengths, versions and the layout of the startup packet.</summary>
public sealed class StartupPacketTests
{
    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(2u)]
    [InlineData(3u)]
    [InlineData(4u)]
    [InlineData(5u)]
    [InlineData(6u)]
    [InlineData(7u)]
    [InlineData(10_005u)]
    [InlineData(0x2f00_0000u)]
    [InlineData(0x7fff_ffffu)]
    [InlineData(0x8000_0000u)]
    [InlineData(0xffff_ffffu)]
    [InlineData(0x4745_5420u)]
    public async Task A07_ImpossibleLength_IsRefusedBeforeTheRestIsRead(uint length)
    {
        await using var bed = await ProxyTestBed.StartAsync();
        await using var client = await bed.ConnectAsync();

        await client.SendAsync(BackendMessages.Int32((int)length));

        var error = await client.ExpectFatalAsync();
        Assert.Equal("08P01", error.SqlState);
        Assert.Equal("invalid length of startup packet", error.Message);
        Assert.Equal("protocol_violation", (await bed.SettleAsync(1))[0].Reason);
    }

    [Theory]
    [InlineData(8, "08P01", "invalid startup packet layout")]
    [InlineData(9, "28000", "no PostgreSQL user name specified in startup packet")]
    public async Task A07_ShortestPackets_AreReadAndRefused(int length, string sqlState, string message)
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        await using var client = await bed.ConnectAsync();

        await client.SendAsync([.. BackendMessages.Int32(length), .. BackendMessages.Int32(Version30), .. new byte[length - 8]]);

        var error = await client.ExpectFatalAsync();
        Assert.Equal((sqlState, message), (error.SqlState, error.Message));
    }

    [Fact]
    public async Task A07_LongestPacket_LogsIn()
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        await using var client = await bed.ConnectAsync();
        var bare = StartupMessage(Version30, "user", "app", "database", "shop", "application_name", "");

        // Longer than what the server takes, once the proxy's own parameters are added: read whole, and refused by name.
        var longest = StartupMessage(Version30, "user", "app", "database", "shop", "application_name", new string('x', 10_004 - bare.Length));
        Assert.Equal(10_004, longest.Length);
        await client.SendAsync(longest);
        await client.ExpectAuthenticationAsync(3);
        await client.SendAsync(Password("good"));

        Assert.Equal("the startup parameters and the token's claims are too long for the database server", (await client.ExpectFatalAsync()).Message);

        await using var second = await bed.ConnectAsync();
        Assert.Equal('Z', (await second.LogInAsync("good", StartupMessage(Version30, "user", "app", "database", "shop", "application_name", new string('x', 9_000))))[^1].Type);
    }

    [Fact]
    public async Task A07_PacketSplitAtEachByte_LogsIn()
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        await using var client = await bed.ConnectAsync();

        await client.SendOneByOneAsync(GoodStartup);
        await client.ExpectAuthenticationAsync(3);
        await client.SendOneByOneAsync(Password("good"));

        Assert.Equal('Z', (await client.ReadUntilReadyAsync())[^1].Type);
    }

    [Fact]
    public async Task A07_PacketCutAtEachByte_EndsAsDisconnect()
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        for (var length = 0; length < GoodStartup.Length; length++)
        {
            await using var client = await bed.ConnectAsync();
            await client.SendAsync(GoodStartup.AsMemory(0, length));
            client.CloseSending();
            await client.ExpectCloseAsync();
        }

        var records = await bed.SettleAsync(GoodStartup.Length);
        Assert.All(records, static record => Assert.Equal("client_disconnected", record.Reason));
    }

    [Theory]
    [InlineData("user\0app\0")]
    [InlineData("user\0app")]
    [InlineData("user\0app\0\0\0")]
    [InlineData("user\0app\0\0database\0shop\0\0")]
    [InlineData("user\0app\0database\0\0\0\0")]
    [InlineData("user\0")]
    [InlineData("\0user\0app\0\0")]
    [InlineData("user\0ap\u00ff\0\0")]
    [InlineData("us\u00ffer\0app\0\0")]
    public async Task A09_PacketWithAWrongEnd_IsRefused(string pairs)
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        await using var client = await bed.ConnectAsync();

        await client.SendAsync(Untyped([.. BackendMessages.Int32(Version30), .. Encoding.Latin1.GetBytes(pairs)]));

        var error = await client.ExpectFatalAsync();
        Assert.Equal(("08P01", "invalid startup packet layout"), (error.SqlState, error.Message));
    }

    [Theory]
    [InlineData(0x00030000, null, 4)]
    [InlineData(0x00030001, null, 4)]
    [InlineData(0x00030002, null, 32)]
    [InlineData(0x00030003, 0x00030002, 32)]
    [InlineData(0x0003270f, 0x00030002, 32)]
    [InlineData(0x0003ffff, 0x00030002, 32)]
    public async Task A13_Version3_IsNegotiatedAsPostgreSql18Does(int version, int? negotiated, int keyLength)
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        await using var client = await bed.ConnectAsync();

        await client.SendAsync(StartupMessage(version, "user", "app", "database", "shop"));
        if (negotiated is { } expected)
        {
            Assert.Equal([.. BackendMessages.Int32(expected), 0, 0, 0, 0], (await client.ExpectAsync('v')).Body);
        }

        await client.ExpectAuthenticationAsync(3);
        await client.SendAsync(Password("good"));

        var key = (await client.ReadUntilReadyAsync()).Single(static m => m.Type == 'K').Body;
        Assert.Equal(4 + keyLength, key.Length);
    }

    [Theory]
    [InlineData(0x00030000)]
    [InlineData(0x00030001)]
    [InlineData(0x00030002)]
    [InlineData(0x0003270f)]
    public async Task A13_UnknownProtocolOptions_AreEachNamedBackAndNotSentOn(int version)
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        await using var client = await bed.ConnectAsync();

        await client.SendAsync(StartupMessage(version, "_pq_.first", "1", "user", "app", "_pq_.test_protocol_negotiation", "", "database", "shop", "_pq_.", "x"));

        byte[] expected =
        [
            .. BackendMessages.Int32(Math.Min(version, Version32)),
            .. BackendMessages.Int32(3),
            .. BackendMessages.CString("_pq_.first"),
            .. BackendMessages.CString("_pq_.test_protocol_negotiation"),
            .. BackendMessages.CString("_pq_."),
        ];
        Assert.Equal(expected, (await client.ExpectAsync('v')).Body);
        await client.ExpectAuthenticationAsync(3);
        await client.SendAsync(Password("good"));
        await client.ReadUntilReadyAsync();
        Assert.DoesNotContain(bed.Server.Startups[0], static p => p.Key.StartsWith("_pq_", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0x00040000, "4.0")]
    [InlineData(0x00020000, "2.0")]
    [InlineData(0x00010000, "1.0")]
    [InlineData(0x00000000, "0.0")]
    [InlineData(0x04d20001, "1234.1")]
    [InlineData(0x04d2162d, "1234.5677")]
    [InlineData(0x04d21631, "1234.5681")]
    [InlineData(-1, "65535.65535")]
    [InlineData(unchecked((int)0x80030000), "32771.0")]
    public async Task A13_OtherMajorVersion_IsRefusedByItsNumber(int version, string name)
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        await using var client = await bed.ConnectAsync();

        await client.SendAsync(StartupMessage(version, "user", "app", "database", "shop"));

        var error = await client.ExpectFatalAsync();
        Assert.Equal(("0A000", $"unsupported frontend protocol {name}: server supports 3.0 to 3.2"), (error.SqlState, error.Message));
    }

    [Theory]
    [InlineData(TokenExchange.Password)]
    [InlineData(TokenExchange.OAuthBearer)]
    [InlineData(TokenExchange.Both)]
    public async Task A04_PlaintextLogin_IsRefusedBeforeAnyAuthenticationRequest(TokenExchange exchange)
    {
        await using var bed = await ProxyTestBed.StartAsync(exchange: exchange);
        await using var client = await bed.ConnectAsync();

        // The password comes along unasked, as an impatient client might send it.
        await client.SendAsync(GoodStartup, Password("good"));

        var error = await client.ExpectFatalAsync();
        Assert.Equal(("28000", "access tokens are accepted over TLS only"), (error.SqlState, error.Message));
        Assert.Equal((byte)'E', client.Received[0]);
        Assert.Equal("tls_required", (await bed.SettleAsync(1))[0].Reason);
        Assert.Equal(0, bed.Validator.Calls);
    }

    [Fact]
    public async Task A04_UnixSocket_TakesTokensOnlyWhenAllowed()
    {
        using var folder = new TemporaryFolder();
        var closed = Path.Combine(folder.Path, "closed");
        var open = Path.Combine(folder.Path, "open");
        await using var bed = await ProxyTestBed.StartAsync(options =>
        {
            options.ListenUnix(closed, static endpoint => endpoint.Tls.UseCertificate(ProxyTestBed.Certificate));
            options.ListenUnix(open, static endpoint => endpoint.DangerousAllowTokensWithoutTls = true);
        });

        await using var refused = await bed.ConnectAsync(1);
        await refused.SendAsync(GoodStartup, Password("good"));
        Assert.Equal("access tokens are accepted over TLS only", (await refused.ExpectFatalAsync()).Message);
        Assert.Equal((byte)'E', refused.Received[0]);

        await using var allowed = await bed.ConnectAsync(2);
        Assert.Equal('Z', (await allowed.LogInAsync("good"))[^1].Type);
    }
}
