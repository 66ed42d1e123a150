using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using PgOAuth.Options;
using PgOAuth.Testing;
using PgOAuth.Testing.Authentication;
using Xunit;

namespace PgOAuth.Authentication.Jwt;

/// <summary>Over real sockets: what the handler does with servers that mean ill.</summary>
public sealed class IssuerHttpTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly LogRecorder _log = new();
    private string _address = "";

    [Fact]
    public async Task Keys_AreFetchedOverHttp_WithNothingInTheRequestThatIsNotNeeded()
    {
        await using var server = Serve((_, stream) => LoopbackHttpServer.WriteAsync(stream, KeySet()));
        using var activity = new Activity("login").SetIdFormat(ActivityIdFormat.W3C).Start();

        Assert.True((await LoginAsync(server)).IsValid, _log.AllText);

        Assert.Equal(2, server.Requests.Count);
        foreach (var head in server.Requests)
        {
            var names = head.Split("\r\n").Skip(1).Where(l => l.Length > 0).Select(l => l.Split(':')[0]).Order(StringComparer.OrdinalIgnoreCase);
            Assert.Equal(["Accept", "Host", "User-Agent"], names);
        }
    }

    [Theory]
    [InlineData("301 Moved Permanently")]
    [InlineData("302 Found")]
    [InlineData("307 Temporary Redirect")]
    [InlineData("308 Permanent Redirect")]
    public async Task C07_Redirect_IsNotFollowed(string status)
    {
        await using var canary = new LoopbackHttpServer((_, stream, _) => LoopbackHttpServer.WriteAsync(stream, KeySet()));
        await using var server = Serve((_, stream) => LoopbackHttpServer.WriteAsync(stream, KeySet(), status, $"Location: {canary.Address}/jwks\r\nContent-Type: application/json\r\n"));

        Assert.Equal(TokenFailure.IssuerUnavailable, (await LoginAsync(server)).Failure);
        Assert.Equal(0, canary.Connections);
    }

    [Fact]
    public async Task C07_GzipBomb_IsNotUnpacked()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(KeySet()));
            await gzip.WriteAsync(Enumerable.Repeat((byte)' ', 20_000_000).ToArray());
        }

        await using var server = Serve(async (_, stream) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: {packed.Length}\r\n\r\n"));
            await stream.WriteAsync(packed.ToArray());
        });

        Assert.Equal(TokenFailure.IssuerUnavailable, (await LoginAsync(server)).Failure);
        Assert.Contains("compressed", _log.AllText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task C07_GzipWithoutSayingSo_IsGarbage()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(KeySet()));
        }

        await using var server = Serve(async (_, stream) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {packed.Length}\r\n\r\n"));
            await stream.WriteAsync(packed.ToArray());
        });

        Assert.Equal(TokenFailure.IssuerUnavailable, (await LoginAsync(server)).Failure);
    }

    [Fact]
    public async Task C07_ThirtyThousandKeys_AreRefused_ByTheirLength()
    {
        var keys = new JsonArray([.. Enumerable.Range(0, 30_000).Select(_ => (JsonNode)TestKey.Ec1.ToJwk())]);
        var body = new JsonObject { ["keys"] = keys }.ToJsonString();
        await using var server = Serve((_, stream) => LoopbackHttpServer.WriteAsync(stream, body));

        Assert.Equal(TokenFailure.IssuerUnavailable, (await LoginAsync(server)).Failure);
        Assert.Contains("64 KiB", _log.AllText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task C07_EndlessBody_IsLeftAfter64KiB()
    {
        var ended = new TaskCompletionSource();
        await using var server = Serve(async (_, stream) =>
        {
            try
            {
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray());
                var chunk = Encoding.ASCII.GetBytes("1000\r\n" + new string(' ', 0x1000) + "\r\n");
                while (true)
                {
                    await stream.WriteAsync(chunk);
                }
            }
            catch (IOException)
            {
                ended.SetResult();
            }
        });

        Assert.Equal(TokenFailure.IssuerUnavailable, (await LoginAsync(server)).Failure);
        Assert.Contains("64 KiB", _log.AllText, StringComparison.Ordinal);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"keys\":")]
    public async Task C07_AnswerThatNeverEnds_IsGivenUpAfterFiveSeconds(string beginning)
    {
        var begun = new TaskCompletionSource();
        await using var server = new LoopbackHttpServer(async (path, stream, stopping) =>
        {
            if (path.EndsWith("/jwks", StringComparison.Ordinal))
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(beginning), stopping);
                begun.SetResult();
                await Task.Delay(Timeout.Infinite, stopping);
            }

            await LoopbackHttpServer.WriteAsync(stream, Metadata(path, stream));
        });
        _address = server.Address;

        var login = LoginAsync(server);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(30));
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(login.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Equal(TokenFailure.IssuerUnavailable, (await login).Failure);
        Assert.Contains("five seconds", _log.AllText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not http at all\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{}")]
    [InlineData("HTTP/1.1 999999 OK\r\n\r\n")]
    public async Task C07_BrokenHttp_IsAnOutage(string answer)
    {
        await using var server = Serve((_, stream) => stream.WriteAsync(Encoding.ASCII.GetBytes(answer)).AsTask());

        Assert.Equal(TokenFailure.IssuerUnavailable, (await LoginAsync(server)).Failure);
    }

    [Fact]
    public async Task C07_EndlessHeaders_AreCutOff()
    {
        await using var server = Serve(async (_, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n"u8.ToArray());
            while (true)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes("X-Pad: " + new string('x', 1000) + "\r\n"));
            }
        });

        Assert.Equal(TokenFailure.IssuerUnavailable, (await LoginAsync(server)).Failure);
    }

    [Fact]
    public async Task C05_KeyUrlsInTokens_ReceiveNoConnection()
    {
        await using var canary = new LoopbackHttpServer((_, stream, _) => LoopbackHttpServer.WriteAsync(stream, KeySet()));
        await using var server = Serve((_, stream) => LoopbackHttpServer.WriteAsync(stream, KeySet()));

        var result = await LoginAsync(server, draft =>
        {
            draft.Key = TestKey.Rsa2;
            draft.Header["jku"] = canary.Address + "/jwks";
            draft.Header["x5u"] = canary.Address + "/x5u";
            draft.Payload["jwks_uri"] = canary.Address + "/jwks";
        });

        Assert.Equal(TokenFailure.BadSignature, result.Failure);
        Assert.Equal(0, canary.Connections);
    }

    [Fact]
    public async Task C08_NameThatResolvesToALocalAddress_ReceivesNoConnection()
    {
        await using var canary = new LoopbackHttpServer((_, stream, _) => LoopbackHttpServer.WriteAsync(stream, KeySet()));
        var url = new Uri($"https://login.example.com:{canary.Port}/");

        await Refused(privateNetwork: false, url, IPAddress.Loopback);
        await Refused(privateNetwork: false, url, IPAddress.IPv6Loopback);
        await Refused(privateNetwork: false, url, IPAddress.Parse("::ffff:127.0.0.1"));
        await Refused(privateNetwork: false, url, IPAddress.Parse("10.0.0.1"));
        await Refused(privateNetwork: true, url, IPAddress.Parse("169.254.169.254"));
        await Refused(privateNetwork: true, url, IPAddress.Any);
        await Refused(privateNetwork: true, url);
        Assert.Equal(0, canary.Connections);

        // The same way is open when the address is allowed: the refusals above came from the rule.
        await Refused(privateNetwork: true, url, IPAddress.Loopback);
        Assert.Equal(1, canary.Connections);
    }

    [Fact]
    public async Task C08_HttpOnLoopback_DoesNotReachOtherAddresses_WhateverLocalhostResolvesTo()
    {
        var asked = new List<string>();
        var rules = new IssuerAddressRules(new IssuerOptions { Issuer = "http://localhost", DangerousAllowHttpOnLoopback = true });
        using var http = new IssuerHttpClient(GuardedHandler.Create(rules, (host, _) =>
        {
            asked.Add(host);
            return Task.FromResult<IPAddress[]>([IPAddress.Parse("10.0.0.1"), IPAddress.Parse("93.184.215.14")]);
        }));

        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri("http://localhost/jwks"), CancellationToken.None));
        Assert.Equal(["localhost"], asked);
    }

    [Fact]
    public void C07_Handler_IsLockedDown()
    {
        using var handler = GuardedHandler.Create(new IssuerAddressRules(new IssuerOptions { Issuer = "https://x.example.com" }));

        Assert.False(handler.AllowAutoRedirect);
        Assert.False(handler.UseProxy);
        Assert.False(handler.UseCookies);
        Assert.False(handler.PreAuthenticate);
        Assert.Null(handler.Credentials);
        Assert.Equal(DecompressionMethods.None, handler.AutomaticDecompression);
        Assert.Equal(TimeSpan.FromSeconds(2), handler.ConnectTimeout);
        Assert.Null(handler.SslOptions.RemoteCertificateValidationCallback);
        Assert.NotNull(handler.ConnectCallback);
    }

    public void Dispose() => _log.Dispose();

    private static string KeySet() => new JsonObject { ["keys"] = new JsonArray(TestKey.Rsa1.ToJwk()) }.ToJsonString();

    private string Metadata(string path, Stream stream)
    {
        Assert.EndsWith("/.well-known/openid-configuration", path, StringComparison.Ordinal);
        Assert.True(stream.CanWrite);
        return new JsonObject { ["issuer"] = _address, ["jwks_uri"] = _address + "/jwks" }.ToJsonString();
    }

    // Metadata as it should be; the key set as the test wants it.
    private LoopbackHttpServer Serve(Func<string, Stream, Task> keys)
    {
        var server = new LoopbackHttpServer((path, stream, _) =>
            path.EndsWith("/jwks", StringComparison.Ordinal) ? keys(path, stream) : LoopbackHttpServer.WriteAsync(stream, Metadata(path, stream)));
        _address = server.Address;
        return server;
    }

    private async Task<TokenValidationResult> LoginAsync(LoopbackHttpServer server, Action<TokenDraft>? change = null)
    {
        var options = new AuthenticationOptions();
        options.Issuers.Add(new IssuerOptions { Issuer = server.Address, Audiences = { "postgres" }, DangerousAllowHttpOnLoopback = true });
        using var validator = new JwtTokenValidator(options, _log, _time);
        var draft = new TokenDraft(server.Address, "postgres", TestKey.Rsa1, _time.GetUtcNow());
        change?.Invoke(draft);
        using var token = new AccessToken(Encoding.UTF8.GetBytes(draft.Build()));
        return await validator.ValidateAsync(JwtTestBed.Context(token), CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
    }

    private static async Task Refused(bool privateNetwork, Uri url, params IPAddress[] addresses)
    {
        var rules = new IssuerAddressRules(new IssuerOptions { Issuer = "https://login.example.com", AllowPrivateNetwork = privateNetwork });
        using var http = new IssuerHttpClient(GuardedHandler.Create(rules, (_, _) => Task.FromResult(addresses)));
        await Assert.ThrowsAnyAsync<Exception>(() => http.GetAsync(url, CancellationToken.None));
    }
}
