using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using PgOAuth.Diagnostics;
using PgOAuth.Options;
using PgOAuth.Testing;
using PgOAuth.Testing.Upstream;
using Xunit;

namespace PgOAuth.Upstream;

public sealed class UpstreamServerTests
{
    [Theory]
    [InlineData("db.example.test", UpstreamTlsMode.VerifyFull, false)]
    [InlineData("10.0.0.1", UpstreamTlsMode.VerifyFull, false)]
    [InlineData("localhost.example.test", UpstreamTlsMode.VerifyFull, false)]
    [InlineData("0.0.0.0", UpstreamTlsMode.VerifyFull, false)]
    [InlineData("localhost", UpstreamTlsMode.Disable, true)]
    [InlineData("LOCALHOST", UpstreamTlsMode.Disable, true)]
    [InlineData("127.0.0.1", UpstreamTlsMode.Disable, true)]
    [InlineData("127.8.9.10", UpstreamTlsMode.Disable, true)]
    [InlineData("::1", UpstreamTlsMode.Disable, true)]
    [InlineData("/run/postgresql", UpstreamTlsMode.Disable, true)]
    public void TlsMode_ByDefault_IsVerifyFullExceptOnThisMachine(string host, UpstreamTlsMode mode, bool isLocal)
    {
        var server = Compile(new UpstreamServerOptions { Host = host }, out var errors);

        Assert.Empty(errors);
        Assert.Equal(mode, server!.TlsMode);
        Assert.Equal(isLocal, server.IsLocal);
    }

    [Fact]
    public void UnixSocket_OfADirectory_IsNamedAsPostgresDoes()
    {
        var server = Compile(new UpstreamServerOptions { Host = "/run/postgresql", Port = 5433 }, out _);

        Assert.Equal("/run/postgresql/.s.PGSQL.5433", server!.UnixSocketPath);
    }

    [Fact]
    public void Compile_Mistakes_AreAllNamed()
    {
        var options = new UpstreamServerOptions
        {
            Host = "",
            Port = 70_000,
            ConnectTimeout = TimeSpan.Zero,
            TlsMode = UpstreamTlsMode.Disable,
            ChannelBinding = ChannelBindingMode.Require,
            Password = "sentinel-password",
            PasswordFile = "p",
            RootCertificatePath = "/nonexistent/roots.pem",
        };
        options.ClientCertificate.Path = "/nonexistent/client.pem";

        Assert.Null(Compile(options, out var errors));
        Assert.Equal(8, errors.Count);
        Assert.All(errors, static e => Assert.StartsWith("Upstream:Servers:main:", e, StringComparison.Ordinal));
        Assert.DoesNotContain("sentinel", string.Join(' ', errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Compile_RemoteWithoutTls_NeedsTheDangerousSwitch(bool dangerous, bool isRefused)
    {
        var server = Compile(new UpstreamServerOptions { Host = "db.example.test", TlsMode = UpstreamTlsMode.Disable, DangerousAllowPlaintextUpstream = dangerous }, out _);

        Assert.Equal(isRefused, server is null);
    }

    [Fact]
    public void Compile_TlsOverUnixSocket_IsRefused() =>
        Assert.Null(Compile(new UpstreamServerOptions { Host = "/run/postgresql", TlsMode = UpstreamTlsMode.Require }, out _));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Compile_ClientCertificateFiles_AreRead(bool pkcs12)
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Issue("service");
        var folder = Directory.CreateTempSubdirectory("pgoauth-test-");
        try
        {
            var options = new UpstreamServerOptions { Host = "db.example.test" };
            options.ClientCertificate.Path = Path.Combine(folder.FullName, pkcs12 ? "client.p12" : "client.pem");
            if (pkcs12)
            {
                options.ClientCertificate.Password = "x";
                File.WriteAllBytes(options.ClientCertificate.Path, certificate.Export(X509ContentType.Pkcs12, "x"));
            }
            else
            {
                File.WriteAllText(options.ClientCertificate.Path, certificate.ExportCertificatePem() + "\n" + certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
            }

            var server = Compile(options, out var errors);

            Assert.Empty(errors);
            Assert.Equal(certificate.Thumbprint, server!.ClientCertificate!.TargetCertificate.Thumbprint);
            Assert.True(server.ClientCertificate.TargetCertificate.HasPrivateKey);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Weakening_EachSetting_IsWarnedOfByItsOwnEvent()
    {
        using var log = new LogRecorder();
        var logger = log.CreateLogger("test");
        Compile(new UpstreamServerOptions { Host = "db.example.test" }, out _)!.WarnAboutWeakening(logger);
        Compile(new UpstreamServerOptions { Host = "localhost" }, out _)!.WarnAboutWeakening(logger);
        Assert.Empty(log.Lines);

        Compile(new UpstreamServerOptions { Host = "db.example.test", TlsMode = UpstreamTlsMode.Disable, DangerousAllowPlaintextUpstream = true }, out _)!.WarnAboutWeakening(logger);
        Compile(new UpstreamServerOptions { Host = "db.example.test", TlsMode = UpstreamTlsMode.Require, AllowCleartextPassword = true, AllowMd5Password = true }, out _)!.WarnAboutWeakening(logger);

        Assert.Equal(
            [PgOAuthEventIds.PlaintextUpstream, PgOAuthEventIds.UnverifiedUpstream, PgOAuthEventIds.CleartextPasswordAllowed, PgOAuthEventIds.Md5PasswordAllowed],
            log.Lines.Select(static l => l.EventId.Id));
        Assert.All(log.Lines, static l => Assert.Equal(LogLevel.Warning, l.Level));
    }

    private static UpstreamServer? Compile(UpstreamServerOptions options, out List<string> errors)
    {
        errors = [];
        return UpstreamServer.Compile("main", options, errors);
    }
}
