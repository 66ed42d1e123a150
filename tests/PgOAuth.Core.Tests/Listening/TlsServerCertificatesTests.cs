using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PgOAuth.Diagnostics;
using PgOAuth.Options;
using PgOAuth.Testing;
using PgOAuth.Testing.Upstream;
using PgOAuth.Testing.Wire;
using Xunit;

namespace PgOAuth.Listening;

public sealed class TlsServerCertificatesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority = new();
    private readonly ManualTimeProvider _time = new();
    private readonly LogRecorder _log = new();

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(null, "default")]
    [InlineData("", "default")]
    [InlineData("db.example.com", "exact")]
    [InlineData("DB.Example.COM", "exact")]
    [InlineData("a.example.com", "wildcard")]
    [InlineData("A.EXAMPLE.com", "wildcard")]
    [InlineData("a.b.example.com", "default")]
    [InlineData("example.com", "default")]
    [InlineData(".example.com", "default")]
    [InlineData("*.example.com", "wildcard")]
    [InlineData("other.org", "default")]
    [InlineData("dbXexample.com", "default")]
    public void Select_TakesTheHostsCertificateElseTheDefault(string? host, string expected)
    {
        var certificates = Create(WithSni(hasDefault: true));

        Assert.Equal($"CN={expected}", certificates.Select(host)?.TargetCertificate.Subject);
    }

    [Theory]
    [InlineData("other.org")]
    [InlineData(null)]
    public void Select_WithoutDefault_HasNothingForUnknownHosts(string? host) => Assert.Null(Create(WithSni(hasDefault: false)).Select(host));

    [Fact]
    public void Create_WithoutAnyCertificate_IsNull() => Assert.Null(TlsServerCertificates.Create(new EndpointTlsOptions(), "e", _time, _log.CreateLogger("x")));

    [Fact]
    public void Create_FromPkcs12_TakesKeyAndChain()
    {
        using var intermediate = new TestAuthority("intermediate", _authority);
        using var leaf = intermediate.Issue("leaf");
        File.WriteAllBytes(_folder.File("all.pfx"), new X509Certificate2Collection { intermediate.Certificate, leaf }.Export(X509ContentType.Pkcs12, "secret")!);
        var options = new EndpointTlsOptions();
        (options.Certificate.Path, options.Certificate.Password) = (_folder.File("all.pfx"), "secret");

        var context = Create(options).Select(null)!;

        Assert.Equal("CN=leaf", context.TargetCertificate.Subject);
        Assert.True(context.TargetCertificate.HasPrivateKey);
        Assert.Equal(["CN=intermediate"], context.IntermediateCertificates.Select(static c => c.Subject));
    }

    [Fact]
    public void Create_FromAPairThatDoesNotFit_Throws()
    {
        var options = Files("one");
        Write("one", "first");
        using var other = _authority.Issue("other");
        File.WriteAllText(_folder.File("one.key"), other.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());

        Assert.ThrowsAny<CryptographicException>(() => Create(options));
    }

    [Fact]
    public void E11_ChangedFiles_AreReadWithinASecond()
    {
        Write("one", "first");
        var certificates = Create(Files("one"));
        Assert.Equal("CN=first", Selected(certificates));

        Write("one", "second");
        Assert.Equal("CN=first", Selected(certificates));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("CN=second", Selected(certificates));
        Assert.Contains(_log.Lines, static l => l.EventId.Id == PgOAuthEventIds.TlsCertificateReloaded);
    }

    [Fact]
    public void E11_UnchangedFiles_AreNotReadAgain()
    {
        Write("one", "first");
        var certificates = Create(Files("one"));
        var before = certificates.Select(null);

        _time.Advance(TimeSpan.FromHours(1));

        Assert.Same(before, certificates.Select(null));
        Assert.Empty(_log.Lines);
    }

    [Theory]
    [InlineData("mismatch")]
    [InlineData("other kind of key")]
    [InlineData("garbage")]
    [InlineData("empty")]
    [InlineData("missing")]
    public void E11_BadPair_KeepsTheOldUntilAGoodOneComes(string kind)
    {
        Write("one", "first");
        var certificates = Create(Files("one"));
        switch (kind)
        {
            case "mismatch":
                using (var other = _authority.Issue("other"))
                {
                    File.WriteAllText(_folder.File("one.crt"), other.ExportCertificatePem());
                }

                break;
            case "other kind of key":
                WriteRsaKey(_folder.File("one.key"));
                break;
            case "garbage":
                File.WriteAllText(_folder.File("one.crt"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
                break;
            case "empty":
                File.WriteAllText(_folder.File("one.crt"), "");
                break;
            default:
                File.Delete(_folder.File("one.crt"));
                break;
        }

        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("CN=first", Selected(certificates));
        Assert.Contains(_log.Lines, static l => l.EventId.Id == PgOAuthEventIds.TlsCertificateReloadFailed);

        Write("one", "third");
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("CN=third", Selected(certificates));
    }

    [Fact]
    public void E11_LinkThatPointsElsewhere_IsFollowed()
    {
        Write("old", "first");
        Write("new", "second");
        foreach (var kind in new[] { "crt", "key" })
        {
            File.CreateSymbolicLink(_folder.File("one." + kind), _folder.File("old." + kind));
        }

        var certificates = Create(Files("one"));
        foreach (var kind in new[] { "crt", "key" })
        {
            File.Delete(_folder.File("one." + kind));
            File.CreateSymbolicLink(_folder.File("one." + kind), _folder.File("new." + kind));
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("CN=second", Selected(certificates));
    }

    [Fact]
    public void E10_Options_ArePinned()
    {
        Write("one", "first");
        var certificates = Create(Files("one"));

        var options = TlsServerHandshake.CreateOptions(certificates, null);

        Assert.False(options.AllowRenegotiation);
        Assert.Equal(SslProtocols.Tls12 | SslProtocols.Tls13, options.EnabledSslProtocols);
        Assert.Equal([new SslApplicationProtocol("postgresql")], options.ApplicationProtocols!);
        Assert.Equal(EncryptionPolicy.RequireEncryption, options.EncryptionPolicy);
        Assert.False(options.ClientCertificateRequired);
        Assert.Same(certificates.Select(null), options.ServerCertificateContext);
    }

    [Theory]
    [InlineData("db.example.com", "CN=exact")]
    [InlineData("x.example.com", "CN=wildcard")]
    public async Task Handshake_ShowsTheHostsCertificateAndKeepsItsName(string host, string subject)
    {
        await using var bed = await ProxyTestBed.StartAsync(options => WithSni(hasDefault: false, options.Endpoints[0].Tls), tls: false);
        await using var client = await bed.ConnectAsync();

        await client.StartTlsAsync(host);
        await client.LogInAsync("good");

        Assert.Equal(subject, client.ServerCertificate?.Subject);
        Assert.Equal(host, bed.Validator.LastSession?.SniHost);
        Assert.True(bed.Validator.LastSession?.IsTls);
    }

    [Theory]
    [InlineData("unknown.org")]
    [InlineData("")]
    public async Task Handshake_ForAnUnknownHostWithoutDefault_Fails(string host)
    {
        await using var bed = await ProxyTestBed.StartAsync(options => WithSni(hasDefault: false, options.Endpoints[0].Tls), tls: false);
        await using (var client = await bed.ConnectAsync())
        {
            await Assert.ThrowsAnyAsync<Exception>(() => client.StartTlsAsync(host));
        }

        Assert.Equal("tls_handshake_failed", (await bed.SettleAsync(1))[0].Reason);
    }

    private static string? Selected(TlsServerCertificates certificates) => certificates.Select(null)?.TargetCertificate.Subject;

    private TlsServerCertificates Create(EndpointTlsOptions options) => TlsServerCertificates.Create(options, "e", _time, _log.CreateLogger("x"))!;

    private EndpointTlsOptions Files(string name)
    {
        var options = new EndpointTlsOptions();
        (options.Certificate.Path, options.Certificate.KeyPath) = (_folder.File(name + ".crt"), _folder.File(name + ".key"));
        return options;
    }

    private EndpointTlsOptions WithSni(bool hasDefault, EndpointTlsOptions? options = null)
    {
        options ??= new EndpointTlsOptions();
        foreach (var name in new[] { "default", "exact", "wildcard" })
        {
            Write(name, name);
        }

        if (hasDefault)
        {
            (options.Certificate.Path, options.Certificate.KeyPath) = (_folder.File("default.crt"), _folder.File("default.key"));
        }

        options.Sni["db.example.com"] = new CertificateOptions { Path = _folder.File("exact.crt"), KeyPath = _folder.File("exact.key") };
        options.Sni["*.example.com"] = new CertificateOptions { Path = _folder.File("wildcard.crt"), KeyPath = _folder.File("wildcard.key") };
        return options;
    }

    private static void WriteRsaKey(string path)
    {
        using var key = RSA.Create(2048);
        File.WriteAllText(path, key.ExportPkcs8PrivateKeyPem());
    }

    private void Write(string file, string commonName)
    {
        using var certificate = _authority.Issue(commonName);
        File.WriteAllText(_folder.File(file + ".crt"), certificate.ExportCertificatePem());
        File.WriteAllText(_folder.File(file + ".key"), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }
}
