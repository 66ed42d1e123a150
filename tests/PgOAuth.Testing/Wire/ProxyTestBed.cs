using System.Net;
using System.Security.Cryptography.X509Certificates;
using PgOAuth.Auditing;
using PgOAuth.Options;
using PgOAuth.Testing.Upstream;

namespace PgOAuth.Testing.Wire;

/// <summary>
/// A whole proxy on a free loopback port before a scripted server. Tokens that begin with <c>good</c> become the role
/// <c>app</c>. The first endpoint has TLS; more can be configured.
/// </summary>
public sealed class ProxyTestBed : IAsyncDisposable
{
    private static readonly Lazy<TestAuthority> SharedAuthority = new(static () => new TestAuthority());

    private static readonly Lazy<X509Certificate2> SharedCertificate = new(static () => Authority.Issue("localhost", ["localhost", "127.0.0.1"]));

    private readonly ScriptedServer _server;

    private ProxyTestBed(PgOAuthProxy proxy, ScriptedServer server, HonestServer honest, LogRecorder log, AuditRecorder audit, WordValidator validator)
    {
        Proxy = proxy;
        _server = server;
        Server = honest;
        Log = log;
        Audit = audit;
        Validator = validator;
    }

    /// <summary>Issues the certificates that the test beds use.</summary>
    public static TestAuthority Authority => SharedAuthority.Value;

    /// <summary>The certificate of the first endpoint.</summary>
    public static X509Certificate2 Certificate => SharedCertificate.Value;

    /// <summary>The proxy.</summary>
    public PgOAuthProxy Proxy { get; }

    /// <summary>The server behind it, when no script was given.</summary>
    public HonestServer Server { get; }

    /// <summary>Connections that reached the server.</summary>
    public int UpstreamConnections => _server.ConnectionCount;

    /// <summary>The proxy's log.</summary>
    public LogRecorder Log { get; }

    /// <summary>The proxy's audit records; complete once <see cref="SettleAsync"/> or <see cref="DisposeAsync"/> is over.</summary>
    public AuditRecorder Audit { get; }

    /// <summary>The validator that is asked after the configured issuers.</summary>
    public WordValidator Validator { get; }

    /// <summary>Where the first endpoint listens.</summary>
    public EndPoint EndPoint => Proxy.LocalEndPoints[0];

    /// <summary>Starts a proxy.</summary>
    /// <param name="configure">Changes the options.</param>
    /// <param name="components">Changes the host's code.</param>
    /// <param name="exchange">How the first endpoint takes tokens.</param>
    /// <param name="plaintext">Whether the first endpoint takes tokens without TLS.</param>
    /// <param name="tls">Whether the first endpoint has a certificate.</param>
    /// <param name="script">Replaces the server's script.</param>
    public static async Task<ProxyTestBed> StartAsync(
        Action<PgOAuthProxyOptions>? configure = null,
        Action<PgOAuthProxyComponents>? components = null,
        TokenExchange exchange = TokenExchange.Password,
        bool plaintext = false,
        bool tls = true,
        Func<ScriptedBackend, Task>? script = null)
    {
        var honest = new HonestServer();
        var server = new ScriptedServer(script ?? honest.RunAsync);
        var options = new PgOAuthProxyOptions { Transport = { Kind = TestTransport.Kind, Loops = 2 } };
        options.Listen("127.0.0.1", 0, endpoint =>
        {
            endpoint.TokenExchange = exchange;
            endpoint.DangerousAllowTokensWithoutTls = plaintext;
            if (tls)
            {
                endpoint.Tls.UseCertificate(Certificate);
            }
        });
        options.Authentication.DiscoveryIssuer = "https://issuer.example.com";
        options.Upstream.Servers["main"] = new UpstreamServerOptions { Host = "127.0.0.1", Port = server.Port, Username = "service" };
        configure?.Invoke(options);

        var log = new LogRecorder();
        var audit = new AuditRecorder();
        var validator = new WordValidator();
        var code = new PgOAuthProxyComponents { LoggerFactory = log };
        code.TokenValidators.Add(validator);
        code.RoleMappers.Add(new FixedRoleMapper("app"));
        code.AuditSinks.Add(audit);
        components?.Invoke(code);
        var proxy = new PgOAuthProxy(options, code);
        await proxy.StartAsync();
        return new ProxyTestBed(proxy, server, honest, log, audit, validator);
    }

    /// <summary>Connects to the first endpoint, or the one of that number.</summary>
    public Task<RawClient> ConnectAsync(int endpoint = 0) => RawClient.ConnectAsync(Proxy.LocalEndPoints[endpoint]);

    /// <summary>Waits until no session is left and gives back the audit records.</summary>
    public async Task<IReadOnlyList<AuditRecord>> SettleAsync(int records = 0)
    {
        await Eventually.TrueAsync(() => Proxy.ActiveSessions == 0, () => $"{Proxy.ActiveSessions} sessions do not end.\n{Log.AllText}");
        await Eventually.TrueAsync(() => Audit.Records.Count >= records, () => $"{Audit.Records.Count} of {records} audit records came.");
        return Audit.Records;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await _server.DisposeAsync();
    }
}
