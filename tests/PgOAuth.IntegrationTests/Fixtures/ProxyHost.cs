using System.Globalization;
using System.Net;
using Npgsql;
using PgOAuth.Options;
using PgOAuth.Samples.Development.Issuer;
using PgOAuth.Samples.Development.Postgres;
using PgOAuth.Testing;

namespace PgOAuth.IntegrationTests.Fixtures;

/// <summary>A running proxy with TLS on a free port of localhost, in front of one database of a real server.</summary>
public sealed class ProxyHost : IAsyncDisposable
{
    private readonly DevelopmentIssuer _issuer;

    private ProxyHost(PgOAuthProxy proxy, EmbeddedPostgresServer server, string database, DevelopmentIssuer issuer, string authorityPath, LogRecorder log, AuditRecorder audit)
    {
        Proxy = proxy;
        Server = server;
        Database = database;
        _issuer = issuer;
        AuthorityPath = authorityPath;
        Log = log;
        Audit = audit;
        Port = ((IPEndPoint)proxy.LocalEndPoints[0]).Port;
    }

    /// <summary>The name in the proxy's certificate.</summary>
    public static string Host => "localhost";

    public int Port { get; }

    public string Database { get; }

    /// <summary>For <c>sslrootcert</c>.</summary>
    public string AuthorityPath { get; }

    public PgOAuthProxy Proxy { get; }

    public EmbeddedPostgresServer Server { get; }

    public DevelopmentIssuer Issuer => _issuer;

    public LogRecorder Log { get; }

    public AuditRecorder Audit { get; }

    /// <summary>A token that maps to <see cref="TestRoles.Analyst"/>.</summary>
    public string AnalystToken() => _issuer.IssueToken(DevelopmentPerson.Find("alice")!);

    /// <summary>A token that maps to <see cref="TestRoles.Engineer"/>.</summary>
    public string EngineerToken() => _issuer.IssueToken(DevelopmentPerson.Find("bob")!);

    /// <summary>A token of the right issuer and audience that expired an hour ago.</summary>
    public string ExpiredToken() => _issuer.IssueToken(
        DevelopmentTokenRequest.For(DevelopmentPerson.Find("alice")!) with { IssuedAtOffset = TimeSpan.FromHours(-2) });

    /// <summary>What Npgsql needs, with full verification of the proxy's certificate; add a password or a provider.</summary>
    public NpgsqlConnectionStringBuilder ForNpgsql(string user = TestRoles.Engineer, string? token = null) => new()
    {
        Host = Host,
        Port = Port,
        Database = Database,
        Username = user,
        Password = token,
        SslMode = SslMode.VerifyFull,
        RootCertificate = AuthorityPath,
        GssEncryptionMode = GssEncryptionMode.Disable,
        IncludeErrorDetail = true,
        Timeout = 30,
    };

    /// <summary>The same for libpq and what is built on it, without the token.</summary>
    public string ForLibpq(string user = TestRoles.Engineer) => string.Create(
        CultureInfo.InvariantCulture,
        $"host={Host} port={Port} dbname={Database} user={user} sslmode=verify-full sslrootcert={AuthorityPath} connect_timeout=30");

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await Proxy.DisposeAsync();
    }

    internal static async Task<ProxyHost> StartAsync(
        EmbeddedPostgresServer server,
        string database,
        DevelopmentIssuer issuer,
        TestCertificates certificates,
        ProxyHostOptions wanted,
        CancellationToken cancellationToken)
    {
        var log = new LogRecorder();
        var audit = new AuditRecorder();
        var components = new PgOAuthProxyComponents { LoggerFactory = log };
        components.AuditSinks.Add(audit);
        wanted.Components?.Invoke(components);
        var options = CreateOptions(server, issuer, certificates, wanted.Exchange);
        wanted.Configure?.Invoke(options);
        var proxy = new PgOAuthProxy(options, components);
        await proxy.StartAsync(cancellationToken);
        return new ProxyHost(proxy, server, database, issuer, certificates.AuthorityPath, log, audit);
    }

    private static PgOAuthProxyOptions CreateOptions(
        EmbeddedPostgresServer server, DevelopmentIssuer issuer, TestCertificates certificates, TokenExchange exchange)
    {
        var options = new PgOAuthProxyOptions { Transport = { Kind = TestTransport.Kind, Loops = 2 } };
        options.Limits.DrainTimeout = TimeSpan.FromSeconds(2);
        options.Listen("127.0.0.1", 0, endpoint =>
        {
            endpoint.TokenExchange = exchange;
            endpoint.Tls.UseCertificate(certificates.Server);
        });
        var trusted = new IssuerOptions { Issuer = issuer.Issuer, DangerousAllowHttpOnLoopback = true };
        trusted.Audiences.Add(issuer.Audience);
        options.Authentication.Issuers.Add(trusted);
        options.Authorization.RoleMap.Add(new RoleMapOptions { Claim = "groups", Value = "analysts", Role = TestRoles.Analyst });
        options.Authorization.RoleMap.Add(new RoleMapOptions { Claim = "groups", Value = "engineers", Role = TestRoles.Engineer });
        options.Upstream.Servers["main"] = new UpstreamServerOptions
        {
            Host = server.Host,
            Port = server.Port,
            Username = TestRoles.Service,
            Password = TestRoles.ServicePassword,
        };
        return options;
    }
}
