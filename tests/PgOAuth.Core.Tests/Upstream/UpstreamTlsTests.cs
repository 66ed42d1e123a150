using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using PgOAuth.Options;
using PgOAuth.Sessions;
using PgOAuth.Testing.Upstream;
using Xunit;
using static PgOAuth.Upstream.UpstreamTestBed;

namespace PgOAuth.Upstream;

public sealed class UpstreamTlsTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task A02_ErrorBehindTheAnswerToSslRequest_IsRefusedUnread()
    {
        var failure = await RefusedAsync(
            static b => b.AnswerSslRequestAsync((byte[])[(byte)'S', .. BackendMessages.Error("28000", "sentinel of an attacker")]),
            VerifyFull);

        Assert.Equal(SessionEndReason.UpstreamProtocolViolation, failure.Reason);
        Assert.DoesNotContain("sentinel", failure.LogDetail!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A02_AuthenticationOkBehindTheAnswerToSslRequest_IsRefused()
    {
        var failure = await RefusedAsync(static b => b.AnswerSslRequestAsync((byte[])[(byte)'S', .. BackendMessages.AuthenticationOk]), VerifyFull);

        Assert.Equal(SessionEndReason.UpstreamProtocolViolation, failure.Reason);
    }

    [Fact]
    public async Task A02_PlaintextInASegmentOfItsOwn_BreaksTheHandshake()
    {
        var failure = await RefusedAsync(
            static async b =>
            {
                await b.AnswerSslRequestAsync("S"u8.ToArray());
                await b.Stream.ReadAtLeastAsync(new byte[5], 5);
                await b.SendAsync(BackendMessages.AuthenticationOk);
                await b.WaitForCloseAsync();
            },
            VerifyFull);

        Assert.Equal(SessionEndReason.UpstreamLoginFailed, failure.Reason);
    }

    [Theory]
    [InlineData("N", SessionEndReason.UpstreamLoginFailed)]
    [InlineData("Esentinel of an attacker", SessionEndReason.UpstreamProtocolViolation)]
    [InlineData("x", SessionEndReason.UpstreamProtocolViolation)]
    [InlineData("s", SessionEndReason.UpstreamProtocolViolation)]
    [InlineData("\0", SessionEndReason.UpstreamProtocolViolation)]
    [InlineData("", SessionEndReason.UpstreamUnreachable)]
    public async Task A03_AnswerOtherThanYes_FailsClosedWithoutItsText(string answer, SessionEndReason reason)
    {
        var sawMore = false;
        foreach (var mode in new[] { UpstreamTlsMode.Require, UpstreamTlsMode.VerifyCa, UpstreamTlsMode.VerifyFull })
        {
            var failure = await RefusedAsync(
                async b =>
                {
                    await b.AnswerSslRequestAsync(Encoding.Latin1.GetBytes(answer));
                    if (answer.Length > 0)
                    {
                        sawMore |= await b.Stream.ReadAsync(new byte[1]) > 0;
                    }
                },
                o => o.TlsMode = mode);

            Assert.Equal(reason, failure.Reason);
            Assert.DoesNotContain("sentinel", failure.LogDetail + failure.ClientMessage + failure.Hint, StringComparison.Ordinal);
        }

        Assert.False(sawMore, "Nothing, and no password, may follow in clear.");
    }

    [Fact]
    public async Task A03_SilenceUponSslRequest_EndsAtTheConnectTimeout()
    {
        var failure = await RefusedAsync(static b => b.WaitForCloseAsync(), static o => (o.TlsMode, o.ConnectTimeout) = (UpstreamTlsMode.VerifyFull, TimeSpan.FromMilliseconds(200)));

        Assert.Equal(SessionEndReason.UpstreamUnreachable, failure.Reason);
    }

    [Theory]
    [InlineData("127.0.0.1", null)]
    [InlineData("*.example.test", "db.example.test")]
    [InlineData("db.example.test", "db.example.test")]
    public async Task VerifyFull_CertificateWithTheName_Connects(string certificateName, string? tlsHostName)
    {
        using var certificate = _authority.Issue("server", [certificateName]);
        await AssertConnectsAsync(certificate, o => (o.TlsMode, o.TlsHostName) = (UpstreamTlsMode.VerifyFull, tlsHostName));
    }

    [Fact]
    public async Task VerifyFull_CertificateWithCommonNameOnly_ConnectsAsLibpqDoes()
    {
        using var certificate = _authority.Issue("db.example.test");
        await AssertConnectsAsync(certificate, o => (o.TlsMode, o.TlsHostName) = (UpstreamTlsMode.VerifyFull, "db.example.test"));
    }

    [Theory]
    [InlineData("db.example.test", "other.example.test")]
    [InlineData("*.example.test", "a.b.example.test")]
    [InlineData("127.0.0.2", null)]
    [InlineData("localhost", null)]
    public async Task VerifyFull_CertificateOfAnotherName_IsRefused(string certificateName, string? tlsHostName)
    {
        using var certificate = _authority.Issue("server", [certificateName]);
        var failure = await TlsRefusedAsync(certificate, o => (o.TlsMode, o.TlsHostName) = (UpstreamTlsMode.VerifyFull, tlsHostName));

        Assert.Equal(SessionEndReason.UpstreamLoginFailed, failure.Reason);
        Assert.Contains("does not carry the name", failure.LogDetail!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VerifyCa_CertificateOfAnotherName_Connects()
    {
        using var certificate = _authority.Issue("server", ["elsewhere.example.test"]);
        await AssertConnectsAsync(certificate, static o => o.TlsMode = UpstreamTlsMode.VerifyCa);
    }

    [Theory]
    [InlineData(UpstreamTlsMode.VerifyCa)]
    [InlineData(UpstreamTlsMode.VerifyFull)]
    public async Task Verify_CertificateOfAnotherAuthority_IsRefused(UpstreamTlsMode mode)
    {
        // The same name, so that only the key tells them apart.
        using var impostor = new TestAuthority();
        using var certificate = impostor.Issue("server", ["127.0.0.1"]);
        var failure = await TlsRefusedAsync(certificate, o => o.TlsMode = mode);

        Assert.Equal(SessionEndReason.UpstreamLoginFailed, failure.Reason);
        Assert.Contains("not trusted", failure.LogDetail!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_WithoutGivenRoots_TrustsTheSystemsOnly()
    {
        using var certificate = _authority.Issue("server", ["127.0.0.1"]);
        var failure = await RefusedAsync(b => HandshakeAsync(b, certificate), static o => o.TlsMode = UpstreamTlsMode.VerifyFull);

        Assert.Contains("not trusted", failure.LogDetail!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UpstreamTlsMode.VerifyCa)]
    [InlineData(UpstreamTlsMode.VerifyFull)]
    public async Task Verify_ExpiredCertificate_IsRefused(UpstreamTlsMode mode)
    {
        using var certificate = _authority.Issue("server", ["127.0.0.1"], TimeSpan.FromHours(-1));
        var failure = await TlsRefusedAsync(certificate, o => o.TlsMode = mode);

        Assert.Contains("NotTimeValid", failure.LogDetail!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Require_AnyCertificate_Connects()
    {
        using var other = new TestAuthority();
        using var certificate = other.Issue("server", ["elsewhere.example.test"], TimeSpan.FromHours(-1));
        await AssertConnectsAsync(certificate, static o => o.TlsMode = UpstreamTlsMode.Require);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Direct_NeedsAlpn(bool alpn)
    {
        using var certificate = _authority.Issue("server", ["127.0.0.1"]);
        await using var scripted = new ScriptedServer(async backend =>
        {
            await backend.StartTlsAsync(certificate, alpn);
            await LogInAsync(backend);
        });
        var server = Server(scripted.Port, o =>
        {
            VerifyFull(o);
            o.TlsNegotiation = UpstreamTlsNegotiation.Direct;
        });
        var result = await Connector().ConnectAsync(Request(server, null), Cancellation);

        Assert.Equal(alpn, result.IsConnected);
        if (result.Connection is { } connection)
        {
            await connection.DisposeAsync();
        }
        else
        {
            Assert.Contains("ALPN", result.Failure.LogDetail!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Cancel_OverTls_IsEncryptedAndVerifiedToo()
    {
        using var good = _authority.Issue("server", ["127.0.0.1"]);
        using var impostor = new TestAuthority();
        using var bad = impostor.Issue("server", ["127.0.0.1"]);
        byte[]? cancel = null;
        var count = 0;
        await using var scripted = new ScriptedServer(async backend =>
        {
            await backend.AnswerSslRequestAsync("S"u8.ToArray());
            switch (Interlocked.Increment(ref count))
            {
                case 1:
                    await backend.StartTlsAsync(good);
                    await LogInAsync(backend);
                    break;
                case 2:
                    await backend.StartTlsAsync(bad);
                    Assert.Equal(0, await backend.Stream.ReadAsync(new byte[1]));
                    break;
                default:
                    await backend.StartTlsAsync(good);
                    cancel = await backend.ReadUntypedAsync();
                    break;
            }
        });
        var result = await Connector().ConnectAsync(Request(Server(scripted.Port, VerifyFull), null), Cancellation);
        Assert.True(result.IsConnected, result.Failure.LogDetail);
        await using var connection = result.Connection;

        Assert.False(await connection.CancelAsync(Cancellation));
        Assert.True(await connection.CancelAsync(Cancellation));
        Assert.Equal([.. BackendMessages.Int32(80877102), .. BackendMessages.Int32(4711), .. SecretKey], cancel ?? []);
    }

    [Fact]
    public void E10_HandshakeSettings_AreAllStated()
    {
        var server = Server(5432, VerifyFull);
        var options = UpstreamTls.CreateOptions(server, null, new ServerCertificateCheck(server));

        Assert.False(options.AllowRenegotiation);
        Assert.False(options.AllowTlsResume);
        Assert.Equal(SslProtocols.Tls12 | SslProtocols.Tls13, options.EnabledSslProtocols);
        Assert.Equal(EncryptionPolicy.RequireEncryption, options.EncryptionPolicy);
        Assert.Equal([new SslApplicationProtocol("postgresql")], options.ApplicationProtocols!);
        Assert.Equal("127.0.0.1", options.TargetHost);
        Assert.NotNull(options.RemoteCertificateValidationCallback);
        var policy = options.CertificateChainPolicy!;
        Assert.Equal(X509RevocationMode.NoCheck, policy.RevocationMode);
        Assert.Equal(X509ChainTrustMode.CustomRootTrust, policy.TrustMode);
        Assert.Equal(X509VerificationFlags.NoFlag, policy.VerificationFlags);
        Assert.True(policy.DisableCertificateDownloads);
        Assert.Equal([_authority.Certificate], policy.CustomTrustStore);
    }

    private void VerifyFull(UpstreamServerOptions options)
    {
        options.TlsMode = UpstreamTlsMode.VerifyFull;
        options.UseRootCertificates(_authority.Roots);
    }

    private async Task AssertConnectsAsync(X509Certificate2 certificate, Action<UpstreamServerOptions> configure)
    {
        await using var scripted = new ScriptedServer(async backend =>
        {
            await backend.AnswerSslRequestAsync("S"u8.ToArray());
            await backend.StartTlsAsync(certificate);
            await LogInAsync(backend);
        });
        var server = Server(scripted.Port, o =>
        {
            o.UseRootCertificates(_authority.Roots);
            configure(o);
        });
        var result = await Connector().ConnectAsync(Request(server, null), Cancellation);
        Assert.True(result.IsConnected, result.Failure.LogDetail);
        await result.Connection.DisposeAsync();
    }

    private Task<SessionFailure> TlsRefusedAsync(X509Certificate2 certificate, Action<UpstreamServerOptions> configure) =>
        RefusedAsync(b => HandshakeAsync(b, certificate), o =>
        {
            o.UseRootCertificates(_authority.Roots);
            configure(o);
        });

    private static async Task HandshakeAsync(ScriptedBackend backend, X509Certificate2 certificate)
    {
        await backend.AnswerSslRequestAsync("S"u8.ToArray());
        await backend.StartTlsAsync(certificate);
        await LogInAsync(backend);
    }
}
