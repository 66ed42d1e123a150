using System.Net;
using System.Net.Sockets;
using PgOAuth.Diagnostics;
using PgOAuth.Options;
using PgOAuth.Testing;
using PgOAuth.Testing.Upstream;
using PgOAuth.Testing.Wire;
using Xunit;
using static PgOAuth.Testing.Wire.LoginMessages;

namespace PgOAuth.Listening;

/// <summary>What strangers can cost the proxy: time, places and counters.</summary>
public sealed class PreAuthenticationTests
{
    /// <summary>Where a dribbling client stops.</summary>
    public static TheoryData<string> Stops => ["nothing", "half a length", "half a startup", "no handshake", "half a direct handshake", "after GSS", "no password", "half a password", "startup in TLS"];

    [Theory]
    [MemberData(nameof(Stops))]
    public async Task A45_ClientThatStops_IsEndedByTheLoginDeadlineWhileOthersLogIn(string stop)
    {
        var time = new ManualTimeProvider();
        await using var bed = await ProxyTestBed.StartAsync(components: c => c.TimeProvider = time, plaintext: true);
        var slow = new List<RawClient>();
        for (var i = 0; i < 20; i++)
        {
            var client = await bed.ConnectAsync();
            await StopAtAsync(client, stop);
            slow.Add(client);
        }

        await Eventually.TrueAsync(() => bed.Proxy.ActiveSessions == 20);
        time.Advance(TimeSpan.FromSeconds(59));
        await using (var good = await bed.ConnectAsync())
        {
            Assert.Equal('Z', (await good.LogInAsync("good"))[^1].Type);
        }

        await Eventually.TrueAsync(() => bed.Proxy.ActiveSessions == 20);
        var ends = slow.Select(static client => client.ReadToEndAsync()).ToList();
        await Eventually.TrueAsync(() =>
        {
            // More than once: a session may be between its accept and its timer.
            time.Advance(TimeSpan.FromSeconds(61));
            return bed.Proxy.ActiveSessions == 0;
        });
        await Task.WhenAll(ends);

        Assert.Equal(20, (await bed.SettleAsync(21)).Count(static record => record.Reason == "login_timeout"));
        Assert.Equal((0, 0, 0), (bed.Proxy.Gate.Total, bed.Proxy.Gate.Unauthenticated, bed.Proxy.Gate.Addresses));
        foreach (var client in slow)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task A45_OneByteASecond_DoesNotMoveTheDeadline()
    {
        var time = new ManualTimeProvider();
        await using var bed = await ProxyTestBed.StartAsync(components: c => c.TimeProvider = time, plaintext: true);
        await using var client = await bed.ConnectAsync();
        await client.SendAsync(GoodStartup);
        await client.ExpectAuthenticationAsync(3);
        var password = Password("good".PadRight(200, '~'));

        for (var second = 0; second < 60; second++)
        {
            await client.SendAsync(password.AsMemory(second, 1));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(("57014", "canceling authentication due to timeout"), await EndAsync(client));
        await bed.SettleAsync(1);
    }

    [Fact]
    public async Task UnauthenticatedConnections_AboveTheCap_AreClosedUnread()
    {
        await using var bed = await ProxyTestBed.StartAsync(static options => options.Limits.MaxUnauthenticatedConnections = 4, plaintext: true);
        await using var first = await bed.ConnectAsync();
        await using var second = await bed.ConnectAsync();
        await Eventually.TrueAsync(() => bed.Proxy.Gate.Unauthenticated == 2);

        await using var third = await bed.ConnectAsync();
        await third.SendAsync(GoodStartup);
        await third.ExpectCloseAsync();
        Assert.Empty(third.Received);
        await Eventually.TrueAsync(() => bed.Log.Lines.Any(static line => line.EventId.Id == PgOAuthEventIds.ConnectionsDropped));

        // A login makes room.
        await first.LogInAsync("good");
        await using var fourth = await bed.ConnectAsync();
        Assert.Equal('Z', (await fourth.LogInAsync("good"))[^1].Type);
    }

    [Fact]
    public async Task A45_ThousandsOfDribblingSocketsFromOneAddress_LeaveRoomForAnother()
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        var flood = new List<RawClient>();
        for (var i = 0; i < 3_000; i++)
        {
            var client = await RawClient.ConnectAsync(bed.EndPoint, IPAddress.Parse("127.0.0.2"));
            await client.SendAsync(GoodStartup.AsMemory(0, 3));
            flood.Add(client);
        }

        await Eventually.TrueAsync(() => bed.Proxy.ActiveSessions == 250, () => $"{bed.Proxy.ActiveSessions} sessions");
        await using (var good = await bed.ConnectAsync())
        {
            Assert.Equal('Z', (await good.LogInAsync("good"))[^1].Type);
        }

        foreach (var client in flood)
        {
            await client.DisposeAsync();
        }

        await bed.SettleAsync();
        Assert.Equal((0, 0, 0), (bed.Proxy.Gate.Total, bed.Proxy.Gate.Unauthenticated, bed.Proxy.Gate.Addresses));
    }

    [Fact]
    public async Task Connections_AboveTheCap_AreToldSo()
    {
        await using var bed = await ProxyTestBed.StartAsync(static options => options.Limits.MaxConnections = 1, plaintext: true);
        await using var first = await bed.ConnectAsync();
        await first.LogInAsync("good");
        await using var second = await bed.ConnectAsync();

        await second.SendAsync(GoodStartup);

        Assert.Equal("53300", (await second.ExpectFatalAsync()).SqlState);
        Assert.Equal("too_many_connections", await LastReasonAsync(bed, 2));
    }

    [Fact]
    public async Task ConnectionsOfOneAddress_AboveTheCap_AreToldSo()
    {
        await using var bed = await ProxyTestBed.StartAsync(static options => options.Limits.MaxConnectionsPerAddress = 1, plaintext: true);
        await using var first = await bed.ConnectAsync();
        await first.LogInAsync("good");
        await using var second = await bed.ConnectAsync();

        await second.SendAsync(GoodStartup);

        var error = await second.ExpectFatalAsync();
        Assert.Equal(("53300", "too many connections from this address"), (error.SqlState, error.Message));
        Assert.Equal(1, bed.Validator.Calls);
    }

    [Fact]
    public async Task E14_ResetsRightAfterConnecting_DoNotStopTheListener()
    {
        // The cap on unauthenticated connections is another test's subject: on a busy machine the dead ones are counted for a while.
        await using var bed = await ProxyTestBed.StartAsync(static options => options.Limits.MaxUnauthenticatedConnections = 4_000, plaintext: true);
        for (var i = 0; i < 1_000; i++)
        {
            (await bed.ConnectAsync()).Reset();
        }

        await using var client = await bed.ConnectAsync();
        Assert.Equal('Z', (await client.LogInAsync("good"))[^1].Type);
        Assert.False(bed.Proxy.Completion.IsCompleted);
        await Eventually.TrueAsync(() => bed.Proxy.Gate is { Total: 1, Unauthenticated: 0, Addresses: 1 });
    }

    [Fact]
    public async Task E26_EveryKindOfFailedLogin_LeavesNoCountBehind()
    {
        var honest = new HonestServer();
        var connection = 0;
        await using var bed = await ProxyTestBed.StartAsync(
            plaintext: true,
            script: async backend =>
            {
                // Of four upstream logins one succeeds.
                switch (Interlocked.Increment(ref connection) % 4)
                {
                    case 0:
                        await honest.RunAsync(backend);
                        break;
                    case 1:
                        await backend.ReadUntypedAsync();
                        break;
                    case 2:
                        await backend.ReadUntypedAsync();
                        await backend.SendAsync(BackendMessages.Error("53300", "sorry, too many clients already"));
                        break;
                    default:
                        await backend.ReadUntypedAsync();
                        await backend.SendRawAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
                        break;
                }
            });
        Func<RawClient, Task>[] attempts =
        [
            static _ => Task.CompletedTask,
            static c => { c.Reset(); return Task.CompletedTask; },
            static c => c.SendAsync([0, 0, 0]),
            static c => c.SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray()),
            static c => c.SendAsync(SslRequest, GoodStartup),
            static c => c.SendAsync(SslRequest, SslRequest),
            static c => c.SendAsync([.. SslRequest]),
            static c => c.SendAsync([0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0]),
            static c => c.StartTlsAsync(),
            static async c => { await c.StartTlsAsync(); await c.SendAsync(GoodStartup); c.Reset(); },
            static c => c.SendAsync(StartupMessage(0x00020000, "user", "app")),
            static c => c.SendAsync(StartupMessage(Version30, "user", "app", "role", "postgres")),
            static c => c.SendAsync(StartupMessage(Version30, "user", "app", "replication", "true")),
            static c => c.SendAsync(StartupMessage(Version30, "user", "nobody"), Password("good")),
            static c => c.SendAsync(Cancel(1, 2, 3, 4, 5)),
            static c => c.SendAsync(Cancel(1)),
            static c => c.SendAsync(GoodStartup),
            static c => c.SendAsync(GoodStartup, Password("")),
            static c => c.SendAsync(GoodStartup, Password("bad")),
            static c => c.SendAsync(GoodStartup, Password("broken")),
            static c => c.SendAsync(GoodStartup, Password("expired")),
            static c => c.SendAsync(GoodStartup, Password("two words")),
            static c => c.SendAsync(GoodStartup, BackendMessages.Message('Q', 0)),
            static c => c.SendAsync([.. GoodStartup, (byte)'p', 0xff, 0xff, 0xff, 0xff]),
            static c => c.SendAsync(GoodStartup, Password("good")),
            static async c => { await c.SendAsync(GoodStartup, Password("good")); c.Reset(); },
            static async c => { await c.SendAsync(GoodStartup, Password("good")); c.CloseSending(); await c.ReadToEndAsync(); },
        ];

        await Parallel.ForEachAsync(
            Enumerable.Range(0, 20 * attempts.Length),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken },
            async (i, _) =>
            {
                await using var client = await bed.ConnectAsync();
                await attempts[i % attempts.Length](client);
            });

        await bed.SettleAsync();
        Assert.Equal((0, 0, 0), (bed.Proxy.Gate.Total, bed.Proxy.Gate.Unauthenticated, bed.Proxy.Gate.Addresses));
        Assert.Equal(0, bed.Proxy.Cancels.Count);
        Assert.DoesNotContain(bed.Audit.Records, static record => record.Reason == "internal_error");
        Assert.False(bed.Proxy.Completion.IsCompleted);
    }

    [Fact]
    public async Task Endpoints_OfSeveralKinds_AllTakeLogins()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "This machine has no IPv6.");
        using var folder = new TemporaryFolder();
        await using var bed = await ProxyTestBed.StartAsync(
            options =>
            {
                options.Listen("::1", 0, static endpoint => endpoint.DangerousAllowTokensWithoutTls = true);
                options.ListenUnix(folder.File(".s.PGSQL.6432"), static endpoint => endpoint.DangerousAllowTokensWithoutTls = true);
            },
            plaintext: true);

        for (var endpoint = 0; endpoint < 3; endpoint++)
        {
            await using var client = await bed.ConnectAsync(endpoint);
            Assert.Equal('Z', (await client.LogInAsync("good"))[^1].Type);
        }
    }

    [Fact]
    public async Task UnixSocket_LeftByACrash_IsReplacedAndRemovedAtTheEnd()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("socket");
        using (var crashed = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            crashed.Bind(new UnixDomainSocketEndPoint(path));
        }

        if (!File.Exists(path))
        {
            // The runtime removes what it bound; a crashed process would not.
            using var inode = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            inode.Bind(new UnixDomainSocketEndPoint(folder.File("moved")));
            File.Move(folder.File("moved"), path);
        }

        Assert.True(File.Exists(path));
        await using (var bed = await ProxyTestBed.StartAsync(options => options.ListenUnix(path, static endpoint => endpoint.DangerousAllowTokensWithoutTls = true)))
        {
            await using var client = await bed.ConnectAsync(1);
            Assert.Equal('Z', (await client.LogInAsync("good"))[^1].Type);
        }

        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task UnixSocket_InUse_IsNotTakenOver()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("socket");
        await using var first = await ProxyTestBed.StartAsync(options => options.ListenUnix(path, static endpoint => endpoint.DangerousAllowTokensWithoutTls = true));

        await Assert.ThrowsAsync<SocketException>(() => ProxyTestBed.StartAsync(options => options.ListenUnix(path, static endpoint => endpoint.DangerousAllowTokensWithoutTls = true)));

        await using var client = await first.ConnectAsync(1);
        Assert.Equal('Z', (await client.LogInAsync("good"))[^1].Type);
    }

    [Fact]
    public async Task AddressInUse_FailsTheStartAndKeepsNoEndpoint()
    {
        await using var first = await ProxyTestBed.StartAsync();
        var taken = ((IPEndPoint)first.EndPoint).Port;
        var options = new PgOAuthProxyOptions().Listen("127.0.0.1", 0, UseCertificate).Listen("127.0.0.1", taken, UseCertificate);
        options.Upstream.Servers["main"] = new UpstreamServerOptions { Host = "127.0.0.1", Username = "service" };
        await using var second = new PgOAuthProxy(options, WithValidator());

        await Assert.ThrowsAsync<SocketException>(() => second.StartAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<string> LastReasonAsync(ProxyTestBed bed, int records)
    {
        await Eventually.TrueAsync(() => bed.Audit.Records.Count == records);
        return bed.Audit.Records[^1].Reason;
    }

    private static void UseCertificate(EndpointOptions endpoint) => endpoint.Tls.UseCertificate(ProxyTestBed.Certificate);

    private static PgOAuthProxyComponents WithValidator()
    {
        var components = new PgOAuthProxyComponents();
        components.TokenValidators.Add(new WordValidator());
        components.RoleMappers.Add(new FixedRoleMapper("app"));
        return components;
    }

    private static async Task StopAtAsync(RawClient client, string stop)
    {
        switch (stop)
        {
            case "nothing":
                break;
            case "half a length":
                await client.SendAsync([0, 0]);
                break;
            case "half a startup":
                await client.SendAsync(GoodStartup.AsMemory(0, 15));
                break;
            case "no handshake":
                await client.SendAsync(SslRequest);
                Assert.Equal('S', await client.ReadAnswerAsync());
                break;
            case "half a direct handshake":
                await client.SendAsync([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]);
                break;
            case "after GSS":
                await client.SendAsync(GssEncRequest);
                Assert.Equal('N', await client.ReadAnswerAsync());
                break;
            case "no password":
                await client.SendAsync(GoodStartup);
                await client.ExpectAuthenticationAsync(3);
                break;
            case "half a password":
                await client.SendAsync(GoodStartup);
                await client.ExpectAuthenticationAsync(3);
                await client.SendAsync(Password("good").AsMemory(0, 7));
                break;
            default:
                await client.StartTlsAsync();
                await client.SendAsync(GoodStartup.AsMemory(0, 15));
                break;
        }
    }

    private static async Task<(string SqlState, string Message)> EndAsync(RawClient client)
    {
        var error = await client.ExpectFatalAsync();
        return (error.SqlState, error.Message);
    }
}
