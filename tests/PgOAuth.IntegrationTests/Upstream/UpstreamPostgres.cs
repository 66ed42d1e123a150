using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using PgOAuth.Samples.Development.Certificates;
using PgOAuth.Samples.Development.Postgres;

namespace PgOAuth.IntegrationTests.Upstream;

/// <summary>One real server for each major version, with TLS and a login role for each way to authenticate. Started when first wanted.</summary>
public sealed class UpstreamPostgres : IAsyncDisposable
{
    public const string Password = "correct horse";

    /// <summary>Holds what SASLprep maps away, what it maps to a space, and a letter beyond ASCII.</summary>
    public const string UnpreparedPassword = "I\u00adX\u00a0\u00fc";

    /// <summary>SASLprep prohibits the control character, so that both sides use the bytes as they are.</summary>
    public const string ProhibitedPassword = "\u00ad\u00fc\u0007";

    private readonly ConcurrentDictionary<int, Lazy<Task<EmbeddedPostgresServer>>> _servers = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pgoauth-test-");
    private readonly DevelopmentCertificateAuthority _authority = DevelopmentCertificateAuthority.Create();
    private readonly DevelopmentCertificate _serverCertificate;

    public UpstreamPostgres()
    {
        _serverCertificate = _authority.IssueServer(["db.example.test", "127.0.0.1"]);
        Roots = [X509Certificate2.CreateFromPem(_authority.CertificatePem)];
        using var client = _authority.IssueClient("cert_service");
        ClientCertificate = client.WriteTo(_folder.FullName, "client");
    }

    /// <summary>Trusts the server's certificate.</summary>
    public X509Certificate2Collection Roots { get; }

    /// <summary>Logs in as cert_service.</summary>
    public (string Path, string KeyPath) ClientCertificate { get; }

    public Task<EmbeddedPostgresServer> GetAsync(int major) => _servers.GetOrAdd(major, m => new(() => StartAsync(m))).Value;

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.Values)
        {
            if (server.Value.IsCompletedSuccessfully)
            {
                await (await server.Value).DisposeAsync();
            }
        }

        _serverCertificate.Dispose();
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    private Task<EmbeddedPostgresServer> StartAsync(int major) => EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions
    {
        MajorVersion = major,
        RequireOwnServer = true,
        Tls = new EmbeddedPostgresTls(_serverCertificate.CertificatePem, _serverCertificate.KeyPem, _authority.CertificatePem),
        HostBasedAuthentication =
        [
            "hostssl all cert_service 127.0.0.1/32 cert",
            "hostssl all tls_service 127.0.0.1/32 scram-sha-256",
            "hostnossl all tls_service 127.0.0.1/32 reject",
            "host all md5_service 127.0.0.1/32 md5",
            "host all clear_service 127.0.0.1/32 password",
            "host all service,scram_service,unprepared,prohibited,analyst 127.0.0.1/32 scram-sha-256",
        ],
        InitialSql =
        [
            "create role analyst login password 'correct horse'",
            "create role engineer nologin",
            "create role boss superuser",
            "create role duplicator replication",
            "create role bypasser bypassrls",
            "create role service login noinherit password 'correct horse'",
            "create role tls_service login noinherit password 'correct horse'",
            "create role cert_service login noinherit",
            "create role clear_service login noinherit password 'correct horse'",
            "create role strong_service login superuser noinherit",
            "create role full_service login noinherit connection limit 0",
            "create role unprepared login noinherit password U&'I\\00ADX\\00A0\\00FC'",
            "create role prohibited login noinherit password U&'\\00AD\\00FC\\0007'",
            "set password_encryption = 'md5'; create role md5_service login noinherit password 'correct horse'",
            "grant analyst, boss, duplicator, bypasser to service, tls_service, cert_service, md5_service, clear_service, strong_service, full_service, unprepared, prohibited",
            "create database shop",
        ],
    });
}
