using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using PgOAuth.Options;
using PgOAuth.Testing;
using PgOAuth.Testing.Upstream;
using PgOAuth.Testing.Wire;
using Xunit;

namespace PgOAuth.Listening;

public sealed class ClientCertificateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority = new("clients");

    public ClientCertificateTests() => File.WriteAllText(_folder.File("clients.pem"), _authority.Certificate.ExportCertificatePem());

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(ClientCertificateMode.Optional)]
    [InlineData(ClientCertificateMode.Required)]
    public async Task Certificate_OfTheAuthority_ReachesTheValidator(ClientCertificateMode mode)
    {
        using var certificate = _authority.Issue("alice");
        await using var bed = await StartAsync(mode);

        Assert.True(await TryLogInAsync(bed, SslStreamCertificateContext.Create(certificate, null, offline: true)));
        Assert.Equal(certificate.Thumbprint, bed.Validator.LastSession?.ClientCertificate?.Thumbprint);
    }

    [Fact]
    public async Task Certificate_OfAnIntermediateAuthorityThatIsSentAlong_IsAccepted()
    {
        using var intermediate = new TestAuthority("intermediate clients", _authority);
        using var certificate = intermediate.Issue("alice");
        await using var bed = await StartAsync(ClientCertificateMode.Required);

        Assert.True(await TryLogInAsync(bed, SslStreamCertificateContext.Create(certificate, [intermediate.Certificate], offline: true)));
    }

    [Theory]
    [InlineData(ClientCertificateMode.None, true)]
    [InlineData(ClientCertificateMode.Optional, true)]
    [InlineData(ClientCertificateMode.Required, false)]
    public async Task NoCertificate_IsRefusedOnlyWhereOneIsRequired(ClientCertificateMode mode, bool isAccepted)
    {
        await using var bed = await StartAsync(mode);

        Assert.Equal(isAccepted, await TryLogInAsync(bed, null));
        Assert.Null(bed.Validator.LastSession?.ClientCertificate);
    }

    [Theory]
    [InlineData(ClientCertificateMode.Optional, "other authority")]
    [InlineData(ClientCertificateMode.Required, "other authority")]
    [InlineData(ClientCertificateMode.Optional, "namesake")]
    [InlineData(ClientCertificateMode.Required, "namesake")]
    [InlineData(ClientCertificateMode.Optional, "self-signed")]
    [InlineData(ClientCertificateMode.Required, "self-signed")]
    [InlineData(ClientCertificateMode.Optional, "expired")]
    [InlineData(ClientCertificateMode.Required, "expired")]
    public async Task WrongCertificate_IsRefusedEvenWhereNoneIsNeeded(ClientCertificateMode mode, string kind)
    {
        using var other = new TestAuthority(kind == "namesake" ? "clients" : "others");
        using var certificate = kind switch
        {
            "expired" => _authority.Issue("alice", validFor: TimeSpan.FromDays(-1)),
            "self-signed" => other.Certificate.HasPrivateKey ? X509CertificateLoader.LoadPkcs12(other.Certificate.Export(X509ContentType.Pkcs12), null) : other.Issue("alice"),
            _ => other.Issue("alice"),
        };
        await using var bed = await StartAsync(mode);

        Assert.False(await TryLogInAsync(bed, SslStreamCertificateContext.Create(certificate, null, offline: true)));

        Assert.Equal("tls_handshake_failed", (await bed.SettleAsync(1))[0].Reason);
        Assert.Equal(0, bed.Validator.Calls);
    }

    private Task<ProxyTestBed> StartAsync(ClientCertificateMode mode) => ProxyTestBed.StartAsync(options =>
    {
        options.Endpoints[0].Tls.ClientCertificate = mode;
        options.Endpoints[0].Tls.ClientCertificateAuthorityPath = mode == ClientCertificateMode.None ? null : _folder.File("clients.pem");
    });

    private static async Task<bool> TryLogInAsync(ProxyTestBed bed, SslStreamCertificateContext? certificate)
    {
        await using var client = await bed.ConnectAsync();
        try
        {
            // In TLS 1.3 the client hears only afterwards what the server thinks of its certificate.
            await client.StartTlsAsync(configure: options => options.ClientCertificateContext = certificate);
            await client.SendAsync(LoginMessages.GoodStartup);
        }
        catch (Exception error) when (error is IOException or System.Security.Authentication.AuthenticationException)
        {
            return false;
        }

        if (await client.ReadMessageAsync() is null)
        {
            return false;
        }

        await client.SendAsync(LoginMessages.Password("good"));
        await client.ReadUntilReadyAsync();
        return true;
    }
}
