using System.Net;
using System.Security.Cryptography.X509Certificates;
using PgOAuth.Options;
using PgOAuth.Testing.Authentication;
using PgOAuth.Testing.Relay;
using PgOAuth.Testing.Upstream;

namespace PgOAuth.Testing.EndToEnd;

/// <summary>A real proxy on a loopback port, between an issuer and a server that are scripted.</summary>
public sealed class ScriptedDeployment : IAsyncDisposable
{
    private readonly TestAuthority? _authority;
    private readonly X509Certificate2? _certificate;
    private readonly ParrotServer _server;
    private readonly PgOAuthProxy _proxy;

    private ScriptedDeployment(RelayConversation conversation, bool tls)
    {
        IsTls = tls;
        Issuer = new HttpIssuer(TestKey.Rsa1);
        _server = new ParrotServer(conversation);
        _authority = tls ? new TestAuthority() : null;
        _certificate = _authority?.Issue("localhost", ["localhost"]);
        _proxy = new PgOAuthProxy(Options());
    }

    /// <summary>Whether clients must come with TLS.</summary>
    public bool IsTls { get; }

    /// <summary>Who issues tokens.</summary>
    public HttpIssuer Issuer { get; }

    /// <summary>Starts everything.</summary>
    public static async Task<ScriptedDeployment> StartAsync(RelayConversation conversation, bool tls)
    {
        var deployment = new ScriptedDeployment(conversation, tls);
        await deployment._proxy.StartAsync();
        return deployment;
    }

    /// <summary>A client that is connected, not logged in.</summary>
    public WireClient Connect() => new(((IPEndPoint)_proxy.LocalEndPoints[0]).Port, IsTls);

    /// <summary>Connects and logs in.</summary>
    /// <returns>The client, and null or the SQLSTATE of the refusal.</returns>
    public (WireClient Client, string? Refused) LogIn(string token)
    {
        var client = Connect();
        try
        {
            return (client, client.LogIn(ParrotServer.Role, "shop", token));
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _server.DisposeAsync();
        await Issuer.DisposeAsync();
        _certificate?.Dispose();
        _authority?.Dispose();
    }

    private PgOAuthProxyOptions Options()
    {
        var options = new PgOAuthProxyOptions { Transport = { Kind = TestTransport.Kind, Loops = 2 } };
        options.Limits.DrainTimeout = TimeSpan.FromSeconds(2);
        options.Listen("127.0.0.1", 0, endpoint =>
        {
            endpoint.DangerousAllowTokensWithoutTls = !IsTls;
            if (_certificate is not null)
            {
                endpoint.Tls.UseCertificate(_certificate);
            }
        });
        options.Authentication.Issuers.Add(Issuer.Options);
        options.Authorization.RoleMap.Add(new RoleMapOptions { Claim = "client_id", Value = "reporting", Role = ParrotServer.Role });
        options.Upstream.Servers["main"] = new UpstreamServerOptions { Host = "127.0.0.1", Port = _server.Port, Username = ParrotServer.ServiceUser };
        return options;
    }
}
