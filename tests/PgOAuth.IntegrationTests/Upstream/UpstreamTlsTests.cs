using System.Security.Cryptography.X509Certificates;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Options;
using PgOAuth.Samples.Development.Certificates;
using PgOAuth.Sessions;
using Xunit;

namespace PgOAuth.IntegrationTests.Upstream;

public sealed class UpstreamTlsTests(UpstreamPostgres postgres) : UpstreamTestBase(postgres)
{
    public static TheoryData<int> Majors => PostgresMajors.All;

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task VerifyFull_ByAnAlternativeName_Connects(int major)
    {
        await using var connection = await ConnectAsync(major, "tls_service", configure: o =>
        {
            VerifyFull(o);
            o.TlsHostName = "db.example.test";
        });

        Assert.StartsWith("TLSv1.", await SslAsync(major, connection, "version"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task VerifyFull_WrongNameOrAuthority_IsRefused(int major)
    {
        var name = await RefusedAsync(major, "tls_service", configure: o =>
        {
            VerifyFull(o);
            o.TlsHostName = "other.example.test";
        });
        using var impostor = DevelopmentCertificateAuthority.Create();
        var authority = await RefusedAsync(major, "tls_service", configure: o =>
        {
            VerifyFull(o);
            o.UseRootCertificates([X509Certificate2.CreateFromPem(impostor.CertificatePem)]);
        });

        Assert.Equal(SessionEndReason.UpstreamLoginFailed, name.Reason);
        Assert.Contains("does not carry the name", name.LogDetail!, StringComparison.Ordinal);
        Assert.Equal(SessionEndReason.UpstreamLoginFailed, authority.Reason);
        Assert.Contains("not trusted", authority.LogDetail!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Direct_WithPostgres18_ConnectsAndCancels()
    {
        await using var connection = await ConnectAsync(18, "tls_service", configure: o =>
        {
            VerifyFull(o);
            o.TlsNegotiation = UpstreamTlsNegotiation.Direct;
        });

        Assert.Equal("true", await SslAsync(18, connection, "ssl"));
        Assert.True(await connection.CancelAsync(Cancellation));
    }

    [Fact]
    public async Task Direct_WithPostgres15_FailsReadably()
    {
        var failure = await RefusedAsync(15, "tls_service", configure: o =>
        {
            VerifyFull(o);
            o.TlsNegotiation = UpstreamTlsNegotiation.Direct;
        });

        Assert.True(failure.Reason is SessionEndReason.UpstreamLoginFailed or SessionEndReason.UpstreamUnreachable, failure.Reason.ToString());
        Assert.NotEmpty(failure.LogDetail!);
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task ClientCertificate_LogsInWithoutPassword(int major)
    {
        var without = await RefusedAsync(major, "cert_service", null, configure: VerifyFull);
        await using var connection = await ConnectAsync(major, "cert_service", null, configure: WithClientCertificate);

        Assert.Equal(SessionEndReason.UpstreamLoginFailed, without.Reason);
        Assert.Equal("cert_service", await QueryAsync(connection, "select session_user"));
        Assert.Equal("/CN=cert_service", await SslAsync(major, connection, "client_dn"));
        Assert.True(await connection.CancelAsync(Cancellation));
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task ClientCertificate_OfTheCredential_ComesBeforeTheServers(int major)
    {
        using var certificate = X509Certificate2.CreateFromPemFile(Postgres.ClientCertificate.Path, Postgres.ClientCertificate.KeyPath);
        await using var connection = await ConnectAsync(
            major, configure: VerifyFull, change: r => r with { Credential = new PgOAuth.Upstream.UpstreamCredential("cert_service", null, certificate) });

        Assert.Equal("/CN=cert_service", await SslAsync(major, connection, "client_dn"));
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A37_CertificateLoginWithBindingRequired_IsRefused(int major)
    {
        var failure = await RefusedAsync(major, "cert_service", null, configure: o =>
        {
            WithClientCertificate(o);
            o.ChannelBinding = ChannelBindingMode.Require;
        });

        Assert.Contains("without channel binding", failure.LogDetail!, StringComparison.Ordinal);
    }

    private void WithClientCertificate(UpstreamServerOptions options)
    {
        VerifyFull(options);
        options.ClientCertificate.Path = Postgres.ClientCertificate.Path;
        options.ClientCertificate.KeyPath = Postgres.ClientCertificate.KeyPath;
    }
}
