using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using PgOAuth.Options;
using PgOAuth.Sessions;
using PgOAuth.Testing.Upstream;
using Xunit;
using static PgOAuth.Upstream.UpstreamTestBed;

namespace PgOAuth.Upstream;

/// <summary>The table of what a man in the middle may try with the proxy's password (A37), beside the honest ways.</summary>
public sealed class UpstreamAuthenticationTests : IDisposable
{
    private const string Plain = "SCRAM-SHA-256";
    private const string Plus = "SCRAM-SHA-256-PLUS";

    private readonly TestAuthority _authority = new();
    private readonly X509Certificate2 _certificate;

    public UpstreamAuthenticationTests() => _certificate = _authority.Issue("server", ["127.0.0.1", "db.example.test"]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _certificate.Dispose();
        _authority.Dispose();
    }

    [Theory]
    [InlineData("SHA256")]
    [InlineData("SHA384")]
    [InlineData("SHA512")]
    public async Task Scram_OverTlsWithPlusOffered_BindsToTheCertificate(string hash)
    {
        using var certificate = _authority.Issue("server", ["127.0.0.1"], hash: new HashAlgorithmName(hash));
        var scram = new ScriptedScram(Password);
        await AssertConnectsAsync(scram, certificate, [Plus, Plain]);

        Assert.Equal(Plus, scram.Mechanism);
        Assert.Equal("p=tls-server-end-point,,", scram.Gs2Header);
        Assert.Equal(CryptographicOperations.HashData(new HashAlgorithmName(hash), certificate.RawData), scram.ChannelBinding);
    }

    [Fact]
    public async Task Scram_OverTlsWithoutPlusOffered_SaysThatItCould()
    {
        var scram = new ScriptedScram(Password);
        await AssertConnectsAsync(scram, _certificate, [Plain]);

        Assert.Equal((Plain, "y,,"), (scram.Mechanism, scram.Gs2Header));
    }

    [Fact]
    public async Task Scram_WithBindingDisabled_SaysThatItCannot()
    {
        var scram = new ScriptedScram(Password);
        await AssertConnectsAsync(scram, _certificate, [Plus, Plain], static o => o.ChannelBinding = ChannelBindingMode.Disable);

        Assert.Equal((Plain, "n,,"), (scram.Mechanism, scram.Gs2Header));
    }

    [Fact]
    public async Task Scram_WithoutTls_SaysThatItCannot()
    {
        var scram = new ScriptedScram(Password);
        await AssertConnectsAsync(scram, null, [Plain]);

        Assert.Equal((Plain, "n,,"), (scram.Mechanism, scram.Gs2Header));
    }

    [Fact]
    public async Task Scram_WithPreparedPassword_ProvesTheNormalForm()
    {
        // A soft hyphen maps to nothing and a no-break space to a space (RFC 4013 section 3).
        var scram = new ScriptedScram("I X\u00fc");
        await AssertConnectsAsync(scram, null, [Plain], password: "I\u00ad\u00a0X\u00fc");
    }

    [Fact]
    public async Task Scram_SameSaltAgain_ConnectsAndAWrongPasswordDoesNot()
    {
        var scripts = 0;
        var scram = new ScriptedScram(Password);
        await using var scripted = new ScriptedServer(async backend =>
        {
            scripts++;
            await backend.ReadUntypedAsync();
            await scram.RunAsync(backend, Plain);
            await backend.SendAsync(BackendMessages.AuthenticationOk);
            await FinishLoginAsync(backend);
        });
        var connector = Connector();
        var server = Server(scripted.Port);
        foreach (var password in new[] { Password, Password, "wrong" })
        {
            // The script signs with its own password whatever the proof, so a client with another one must refuse it.
            var result = await connector.ConnectAsync(Request(server, password), Cancellation);
            Assert.Equal(password == Password, scram.IsClientProven);
            Assert.Equal(password == Password, result.IsConnected);
            if (result.Connection is { } connection)
            {
                await connection.DisposeAsync();
            }
        }

        Assert.Equal(3, scripts);
    }

    [Fact]
    public async Task A37_PlusStripped_IsRefusedWhereBindingIsRequired()
    {
        var failure = await MitmAsync(static b => b.SendAsync(BackendMessages.Sasl(Plain)), static o => o.ChannelBinding = ChannelBindingMode.Require);

        Assert.Contains("does not offer SCRAM-SHA-256-PLUS", failure.LogDetail!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ChannelBindingMode.Disable)]
    [InlineData(ChannelBindingMode.Prefer)]
    [InlineData(ChannelBindingMode.Require)]
    public async Task A37_CleartextAskedFor_GetsNoPassword(ChannelBindingMode mode) =>
        await AssertNoPasswordAsync(BackendMessages.Authentication(3), o => o.ChannelBinding = mode);

    [Theory]
    [InlineData(ChannelBindingMode.Disable)]
    [InlineData(ChannelBindingMode.Prefer)]
    [InlineData(ChannelBindingMode.Require)]
    public async Task A37_Md5AskedFor_GetsNoPassword(ChannelBindingMode mode) =>
        await AssertNoPasswordAsync(BackendMessages.Authentication(5, 1, 2, 3, 4), o => o.ChannelBinding = mode);

    [Theory]
    [InlineData(3, new byte[0])]
    [InlineData(5, new byte[] { 1, 2, 3, 4 })]
    public async Task A37_AllowedWeakPasswordButBindingRequired_GetsNoPassword(int code, byte[] data) =>
        await AssertNoPasswordAsync(BackendMessages.Authentication(code, data), static o =>
            (o.ChannelBinding, o.AllowCleartextPassword, o.AllowMd5Password) = (ChannelBindingMode.Require, true, true));

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public async Task A37_OtherRequest_GetsNoPassword(int code) => await AssertNoPasswordAsync(BackendMessages.Authentication(code, 1, 2, 3, 4));

    [Theory]
    [InlineData("OAUTHBEARER")]
    [InlineData("SCRAM-SHA-1")]
    [InlineData("scram-sha-256")]
    public async Task A37_OtherMechanismOnly_GetsNoPassword(string mechanism) => await AssertNoPasswordAsync(BackendMessages.Sasl(mechanism));

    [Fact]
    public async Task A37_PlusOfferedWithoutTls_IsRefused()
    {
        var failure = await RefusedAsync(static async b =>
        {
            await b.ReadUntypedAsync();
            await b.SendAsync(BackendMessages.Sasl(Plus, Plain));
            Assert.Equal(0, await b.Stream.ReadAsync(new byte[1]));
        });

        Assert.Equal(SessionEndReason.UpstreamProtocolViolation, failure.Reason);
    }

    [Fact]
    public async Task A37_OkWithoutProof_IsRefusedWhereBindingIsRequired()
    {
        var failure = await MitmAsync(static b => b.SendAsync(BackendMessages.AuthenticationOk), static o => o.ChannelBinding = ChannelBindingMode.Require);

        Assert.Contains("without channel binding", failure.LogDetail!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UpstreamTlsMode.Require)]
    [InlineData(UpstreamTlsMode.VerifyFull)]
    public async Task A37_OkWithoutProofFromARemoteServer_IsRefusedWhenAPasswordIsConfigured(UpstreamTlsMode mode)
    {
        await using var scripted = new ScriptedServer(async b =>
        {
            await b.AnswerSslRequestAsync("S"u8.ToArray());
            await b.StartTlsAsync(_certificate);
            await LogInAsync(b);
        });
        var server = Server(scripted.Port, o =>
        {
            (o.Host, o.TlsMode) = ("db.example.test", mode);
            o.UseRootCertificates(_authority.Roots);
        });
        var connector = Connector(new LoopbackDialer(scripted.Port));
        var refused = await connector.ConnectAsync(Request(server), Cancellation);
        var accepted = await connector.ConnectAsync(Request(server, null), Cancellation);

        Assert.Contains("without asking for the configured password", refused.Failure.LogDetail!, StringComparison.Ordinal);
        Assert.True(accepted.IsConnected, accepted.Failure.LogDetail);
        await accepted.Connection.DisposeAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A37_OkInTheMiddleOfScram_IsRefused(int answersBefore)
    {
        var failure = await MitmAsync(async b =>
        {
            var scram = new ScriptedScram(Password);
            await b.SendAsync(BackendMessages.Sasl(Plus, Plain));
            scram.ReadFirst(await b.ExpectAsync('p'));
            if (answersBefore == 1)
            {
                await b.SendAsync(BackendMessages.Authentication(11, scram.First()));
                await b.ExpectAsync('p');
            }

            await b.SendAsync(BackendMessages.AuthenticationOk);
        });

        Assert.Contains("without proving", failure.LogDetail!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v=")]
    [InlineData("v=AAAA")]
    [InlineData("v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("e=other-error")]
    [InlineData("")]
    [InlineData("v=!!!!")]
    public async Task A37_WrongServerSignature_IsRefused(string final)
    {
        var failure = await MitmAsync(async b =>
        {
            var scram = new ScriptedScram(Password);
            await b.SendAsync(BackendMessages.Sasl(Plain));
            scram.ReadFirst(await b.ExpectAsync('p'));
            await b.SendAsync(BackendMessages.Authentication(11, scram.First()));
            await b.ExpectAsync('p');
            await b.SendAsync(BackendMessages.Authentication(12, Encoding.ASCII.GetBytes(final)), BackendMessages.AuthenticationOk);
        });

        Assert.Equal(SessionEndReason.UpstreamLoginFailed, failure.Reason);
    }

    [Theory]
    [InlineData("2147483648")]
    [InlineData("2147483647")]
    [InlineData("2000001")]
    [InlineData("0")]
    [InlineData("-4096")]
    [InlineData("")]
    [InlineData("4096x")]
    [InlineData(" 4096")]
    public async Task A37_IterationsOutOfBounds_AreRefusedUncomputed(string iterations) =>
        await AssertFirstRefusedAsync(s => s.First(iterationCount: iterations));

    [Fact]
    public async Task A37_FewIterationsFromAnUnprovenServer_AreRefused()
    {
        byte[] answer = [];
        await using var scripted = new ScriptedServer(async b =>
        {
            await b.AnswerSslRequestAsync("S"u8.ToArray());
            await b.StartTlsAsync(_certificate);
            await b.ReadUntypedAsync();
            var scram = new ScriptedScram(Password, 1);
            await b.SendAsync(BackendMessages.Sasl(Plain));
            scram.ReadFirst(await b.ExpectAsync('p'));
            await b.SendAsync(BackendMessages.Authentication(11, scram.First()));
            answer = new byte[1];
            Assert.Equal(0, await b.Stream.ReadAsync(answer));
        });
        var server = Server(scripted.Port, static o => (o.Host, o.TlsMode) = ("db.example.test", UpstreamTlsMode.Require));
        var result = await Connector(new LoopbackDialer(scripted.Port)).ConnectAsync(Request(server), Cancellation);

        Assert.Contains("fewer than 4096 are refused", result.Failure.LogDetail!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not-the-clients-nonce-but-long-enough")]
    [InlineData("{0}")]
    [InlineData("X{0}X")]
    [InlineData("{0}\u0001")]
    [InlineData("{0} x")]
    public async Task A37_NonceNotExtendingOurs_IsRefused(string nonce) =>
        await AssertFirstRefusedAsync(s => s.First(nonce: string.Format(System.Globalization.CultureInfo.InvariantCulture, nonce, s.ClientNonce)));

    [Theory]
    [InlineData(1_100)]
    [InlineData(25_000)]
    public async Task A37_LongNonce_IsRefused(int length) => await AssertFirstRefusedAsync(s => s.First(nonce: s.ClientNonce + new string('x', length)));

    [Theory]
    [InlineData("")]
    [InlineData("====")]
    [InlineData("AA AA")]
    [InlineData("A")]
    public async Task A37_UnusableSalt_IsRefused(string salt) => await AssertFirstRefusedAsync(s => s.First(salt: salt));

    [Fact]
    public async Task Scram_LongButFairNonce_IsAnswered()
    {
        var scram = new ScriptedScram(Password);
        byte[] answer = [];
        var failure = await RefusedAsync(async b =>
        {
            await b.ReadUntypedAsync();
            await b.SendAsync(BackendMessages.Sasl(Plain));
            scram.ReadFirst(await b.ExpectAsync('p'));
            await b.SendAsync(BackendMessages.Authentication(11, [.. scram.First(nonce: scram.ClientNonce + new string('x', 900)), .. ",x=extension"u8]));
            answer = await b.ExpectAsync('p');
        });

        Assert.Equal(SessionEndReason.UpstreamUnreachable, failure.Reason);
        Assert.StartsWith($"c=biws,r={scram.ClientNonce}xxx", Encoding.ASCII.GetString(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A37_SecondExchange_IsRefused()
    {
        var failure = await MitmAsync(async b =>
        {
            var scram = new ScriptedScram(Password);
            await scram.RunAsync(b, Plain);
            await b.SendAsync(BackendMessages.Authentication(3));
        }, static o => o.AllowCleartextPassword = true);

        Assert.Equal(SessionEndReason.UpstreamProtocolViolation, failure.Reason);
    }

    [Theory]
    [InlineData(UpstreamTlsMode.Disable)]
    [InlineData(UpstreamTlsMode.VerifyFull)]
    public async Task Cleartext_Allowed_IsSent(UpstreamTlsMode mode)
    {
        byte[] password = [];
        await using var scripted = new ScriptedServer(async b =>
        {
            await StartAsync(b, mode == UpstreamTlsMode.Disable ? null : _certificate);
            await b.SendAsync(BackendMessages.Authentication(3));
            password = await b.ExpectAsync('p');
            await b.SendAsync(BackendMessages.AuthenticationOk);
            await FinishLoginAsync(b);
        });
        await ConnectAsync(Server(scripted.Port, o => Trust(o, mode, static o => o.AllowCleartextPassword = true)), Password);

        Assert.Equal(Password + "\0", Encoding.UTF8.GetString(password));
    }

    [Fact]
    public async Task Cleartext_AllowedButRemoteWithoutTls_IsNotSent()
    {
        await using var scripted = new ScriptedServer(static async b =>
        {
            await b.ReadUntypedAsync();
            await b.SendAsync(BackendMessages.Authentication(3));
            Assert.Equal(0, await b.Stream.ReadAsync(new byte[1]));
        });
        var server = Server(scripted.Port, static o =>
            (o.Host, o.TlsMode, o.DangerousAllowPlaintextUpstream, o.AllowCleartextPassword) = ("db.example.test", UpstreamTlsMode.Disable, true, true));
        var result = await Connector(new LoopbackDialer(scripted.Port)).ConnectAsync(Request(server), Cancellation);

        Assert.Contains("without TLS", result.Failure.LogDetail!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Md5_Allowed_IsAnsweredAsTheManualSays()
    {
        byte[] answer = [];
        await using var scripted = new ScriptedServer(async b =>
        {
            await b.ReadUntypedAsync();
            await b.SendAsync(BackendMessages.Authentication(5, 1, 2, 3, 4));
            answer = await b.ExpectAsync('p');
            await b.SendAsync(BackendMessages.AuthenticationOk);
            await FinishLoginAsync(b);
        });
        await ConnectAsync(Server(scripted.Port, static o => o.AllowMd5Password = true), "secret");

        // Computed with md5sum: md5 of "secretservice" in hexadecimal, then md5 of that and the salt 01020304.
        Assert.Equal("md50d2becd1c107551f2f6434f4a4dc2811\0", Encoding.ASCII.GetString(answer));
    }

    [Fact]
    public async Task Password_AskedForButNotConfigured_IsAReadableFailure()
    {
        var failure = await RefusedAsync(
            static async b =>
            {
                await b.ReadUntypedAsync();
                await b.SendAsync(BackendMessages.Sasl(Plain));
                await b.WaitForCloseAsync();
            },
            change: static r => r with { Credential = new UpstreamCredential("service", null) });

        Assert.Contains("none is configured", failure.LogDetail!, StringComparison.Ordinal);
    }

    private static async Task StartAsync(ScriptedBackend backend, X509Certificate2? certificate)
    {
        if (certificate is not null)
        {
            await backend.AnswerSslRequestAsync("S"u8.ToArray());
            await backend.StartTlsAsync(certificate);
        }

        await backend.ReadUntypedAsync();
    }

    private static async Task ConnectAsync(UpstreamServer server, string password)
    {
        var result = await Connector().ConnectAsync(Request(server, password), Cancellation);
        Assert.True(result.IsConnected, result.Failure.LogDetail);
        await result.Connection.DisposeAsync();
    }

    private async Task AssertConnectsAsync(ScriptedScram scram, X509Certificate2? certificate, string[] mechanisms, Action<UpstreamServerOptions>? configure = null, string password = Password)
    {
        await using var scripted = new ScriptedServer(async b =>
        {
            await StartAsync(b, certificate);
            await scram.RunAsync(b, mechanisms);
            await b.SendAsync(BackendMessages.AuthenticationOk);
            await FinishLoginAsync(b);
        });
        await ConnectAsync(Server(scripted.Port, o => Trust(o, certificate is null ? UpstreamTlsMode.Disable : UpstreamTlsMode.VerifyFull, configure)), password);
        Assert.True(scram.IsClientProven);
    }

    /// <summary>A man in the middle with a valid certificate.</summary>
    private Task<SessionFailure> MitmAsync(Func<ScriptedBackend, Task> script, Action<UpstreamServerOptions>? configure = null) =>
        RefusedAsync(
            async b =>
            {
                await StartAsync(b, _certificate);
                await script(b);
                await b.WaitForCloseAsync();
            },
            o => Trust(o, UpstreamTlsMode.VerifyFull, configure));

    private async Task AssertNoPasswordAsync(byte[] request, Action<UpstreamServerOptions>? configure = null)
    {
        var answered = true;
        var failure = await MitmAsync(
            async b =>
            {
                await b.SendAsync(request);
                answered = await b.Stream.ReadAsync(new byte[1]) > 0;
            },
            configure);

        Assert.False(answered);
        Assert.True(failure.Reason is SessionEndReason.UpstreamLoginFailed or SessionEndReason.UpstreamProtocolViolation, failure.Reason.ToString());
        Assert.DoesNotContain(Password, failure.LogDetail!, StringComparison.Ordinal);
    }

    private async Task AssertFirstRefusedAsync(Func<ScriptedScram, byte[]> first)
    {
        var answered = true;
        var failure = await MitmAsync(async b =>
        {
            var scram = new ScriptedScram(Password);
            await b.SendAsync(BackendMessages.Sasl(Plus, Plain));
            scram.ReadFirst(await b.ExpectAsync('p'));
            await b.SendAsync(BackendMessages.Authentication(11, first(scram)));
            answered = await b.Stream.ReadAsync(new byte[1]) > 0;
        });

        Assert.False(answered);
        Assert.Equal(SessionEndReason.UpstreamLoginFailed, failure.Reason);
    }

    private void Trust(UpstreamServerOptions options, UpstreamTlsMode mode, Action<UpstreamServerOptions>? configure)
    {
        options.TlsMode = mode;
        if (mode != UpstreamTlsMode.Disable)
        {
            options.UseRootCertificates(_authority.Roots);
        }

        configure?.Invoke(options);
    }
}
