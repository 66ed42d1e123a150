using System.Security.Cryptography.X509Certificates;
using PgOAuth.Samples.Development.Certificates;
using Xunit;

namespace PgOAuth.IntegrationTests.Development;

public sealed class DevelopmentCertificateTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pgoauth-certificates-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("example.test", false)]
    public async Task Server_OfTheFolder_IsForThisMachineAndValidUnderItsAuthority(string name, bool matches)
    {
        var folder = await DevelopmentCertificateFolder.OpenAsync(_folder.FullName, cancellationToken: Cancellation);
        using var server = X509Certificate2.CreateFromPemFile(folder.ServerCertificatePath, folder.ServerKeyPath);

        Assert.True(server.HasPrivateKey);
        Assert.Equal(matches, server.MatchesHostname(name));
        Assert.True(IsValid(server, await File.ReadAllTextAsync(folder.AuthorityPath, Cancellation), "1.3.6.1.5.5.7.3.1"));
        using var stranger = DevelopmentCertificateAuthority.Create();
        Assert.False(IsValid(server, stranger.CertificatePem, "1.3.6.1.5.5.7.3.1"));
    }

    [Fact]
    public async Task Keys_OfTheFolder_AreReadableByTheirOwnerOnly()
    {
        var folder = await DevelopmentCertificateFolder.OpenAsync(_folder.FullName, cancellationToken: Cancellation);

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.ServerKeyPath));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder.FullName, "ca.key")));
        }

        Assert.NotEmpty(await File.ReadAllTextAsync(folder.ServerKeyPath, Cancellation));
    }

    [Theory]
    [InlineData(70, true, true)]
    [InlineData(80, true, false)]
    [InlineData(3600, false, false)]
    public async Task Folder_OpenedLater_KeepsWhatIsGoodAndRenewsWhatIsNearItsEnd(int days, bool keepsAuthority, bool keepsServer)
    {
        var folder = await DevelopmentCertificateFolder.OpenAsync(_folder.FullName, cancellationToken: Cancellation);
        var authority = await File.ReadAllTextAsync(folder.AuthorityPath, Cancellation);
        var server = await File.ReadAllTextAsync(folder.ServerCertificatePath, Cancellation);

        await DevelopmentCertificateFolder.OpenAsync(_folder.FullName, new LaterClock(TimeSpan.FromDays(days)), Cancellation);

        Assert.Equal(keepsAuthority, authority == await File.ReadAllTextAsync(folder.AuthorityPath, Cancellation));
        Assert.Equal(keepsServer, server == await File.ReadAllTextAsync(folder.ServerCertificatePath, Cancellation));
    }

    [Fact]
    public async Task Folder_WithADamagedKey_IsRepaired()
    {
        var folder = await DevelopmentCertificateFolder.OpenAsync(_folder.FullName, cancellationToken: Cancellation);
        await File.WriteAllTextAsync(folder.ServerKeyPath, "damaged", Cancellation);

        await DevelopmentCertificateFolder.OpenAsync(_folder.FullName, cancellationToken: Cancellation);

        using var server = X509Certificate2.CreateFromPemFile(folder.ServerCertificatePath, folder.ServerKeyPath);
        Assert.True(server.HasPrivateKey);
    }

    [Fact]
    public void Authority_IssuesForOtherNamesClientsAndThePast()
    {
        using var authority = DevelopmentCertificateAuthority.Create();
        using var server = authority.IssueServer(["db.example.test", "*.tenants.example.test"]);
        using var client = authority.IssueClient("app");
        using var expired = authority.IssueServer(lifetime: TimeSpan.FromDays(-1));

        Assert.True(server.Certificate.MatchesHostname("db.example.test"));
        Assert.True(server.Certificate.MatchesHostname("north.tenants.example.test"));
        Assert.False(server.Certificate.MatchesHostname("localhost"));
        Assert.True(IsValid(server.Certificate, authority.CertificatePem, "1.3.6.1.5.5.7.3.1"));
        Assert.True(IsValid(client.Certificate, authority.CertificatePem, "1.3.6.1.5.5.7.3.2"));
        Assert.False(IsValid(client.Certificate, authority.CertificatePem, "1.3.6.1.5.5.7.3.1"));
        Assert.False(IsValid(expired.Certificate, authority.CertificatePem, "1.3.6.1.5.5.7.3.1"));
        Assert.Equal("CN=app", client.Certificate.Subject);
    }

    private static bool IsValid(X509Certificate2 certificate, string authorityPem, string usage)
    {
        using var root = X509Certificate2.CreateFromPem(authorityPem);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid(usage));
        return chain.Build(certificate);
    }

    private sealed class LaterClock(TimeSpan later) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow()
        {
            return base.GetUtcNow() + later;
        }
    }
}
