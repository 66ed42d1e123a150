using Microsoft.Extensions.Configuration;
using PgOAuth.Options;
using PgOAuth.Samples.Development.Issuer;
using PgOAuth.Samples.Terminal.Commands;
using PgOAuth.Samples.Terminal.Database;

namespace PgOAuth.Samples.Terminal.Serving;

/// <summary>Settings of the proxy: the file's, what the command line says instead, and defaults for what neither says.</summary>
internal sealed class ProxySettings
{
    private const string DefaultListen = "127.0.0.1:6432";
    private const string ServerName = "main";

    private readonly ServeSettings _said;
    private readonly bool _fileListens;

    /// <param name="said">The command line.</param>
    /// <param name="file">The section <c>PgOAuth</c> of the file; null when there is no file.</param>
    /// <exception cref="CommandException">Values contradict each other.</exception>
    public ProxySettings(ServeSettings said, IConfigurationSection? file)
    {
        _said = said;
        File = file;
        _fileListens = Has("Endpoints") && said.Listen is null;
        CheckIssuer();
        CheckPlaintext();
        Needs =
            (said.Upstream is null && !Has("Upstream:Servers") ? ServeNeeds.Database : ServeNeeds.None)
            | (said.Issuer is null && !Has("Authentication:Issuers") ? ServeNeeds.Issuer : ServeNeeds.None)
            | (!said.Plaintext && !_fileListens ? ServeNeeds.Certificate : ServeNeeds.None);
        if (said.Upstream is not null && said.Maps.Count == 0 && !Has("Authorization:RoleMap"))
        {
            throw new CommandException("--upstream needs at least one --map CLAIM=VALUE:ROLE: without one, no token becomes a role of that server.");
        }
    }

    /// <summary>The section of the file.</summary>
    public IConfigurationSection? File { get; }

    public ServeNeeds Needs { get; }

    /// <summary>How the development issuer runs, when it is needed.</summary>
    public DevelopmentIssuerOptions IssuerOptions => new()
    {
        KeyFolder = DevelopmentTokenIssuer.DefaultKeyFolder,
        Audience = _said.Audience ?? DevelopmentIssuerOptions.DefaultAudience,
    };

    /// <summary>The roles that tokens can become by what the command line and the defaults say.</summary>
    public IReadOnlyList<RoleMapOptions> Maps => _said.Maps.Count > 0 || Has("Authorization:RoleMap") || !Needs.HasFlag(ServeNeeds.Database)
        ? _said.Maps
        :
        [
            new RoleMapOptions { Claim = "groups", Value = "analysts", Role = DemoSql.ReadingRole },
            new RoleMapOptions { Claim = "groups", Value = "engineers", Role = DemoSql.WritingRole },
        ];

    /// <summary>Changes what the file said into what shall be. Where the command line gives a list, it replaces the file's.</summary>
    public void ApplyTo(PgOAuthProxyOptions options, ServeEnvironment environment)
    {
        if (!_fileListens)
        {
            options.Endpoints.Clear();
            options.Endpoints.Add(Endpoint(environment));
        }
        else if (_said.Exchange is { } exchange)
        {
            foreach (var endpoint in options.Endpoints)
            {
                endpoint.TokenExchange = exchange;
            }
        }

        if (environment.Issuer is not null || _said.Issuer is not null)
        {
            options.Authentication.Issuers.Clear();
            options.Authentication.Issuers.Add(Issuer(environment));
        }

        if (Maps.Count > 0)
        {
            Replace(options.Authorization.RoleMap, Maps);
        }

        if (_said.RequiredScopes.Count > 0)
        {
            Replace(options.Authorization.RequiredScopes, _said.RequiredScopes);
        }

        if ((_said.Upstream ?? environment.Database?.Service) is { } upstream)
        {
            var server = new UpstreamServerOptions();
            upstream.ApplyTo(server);
            options.Upstream.Mode = UpstreamMode.AssumeRole;
            options.Upstream.Servers.Clear();
            options.Upstream.Servers[ServerName] = server;
            options.Upstream.Routes.Clear();
        }

        ApplyGate(options.Enforcement);
        ApplyEngine(options);
    }

    private void ApplyGate(EnforcementOptions enforcement)
    {
        if ((_said.Policy ?? DemoPolicy(enforcement)) is { } file)
        {
            enforcement.Policy.Scopes.Clear();
            enforcement.Policy.Deny.Clear();
            enforcement.Policy.AuthorizationDetails.Clear();
            enforcement.Policy.Defaults = new PolicyDefaults();
            enforcement.PolicyFile = Path.GetFullPath(file);
        }

        enforcement.Mode = _said.Gate ?? enforcement.Mode;
    }

    /// <summary>The policy that fits the rows of the demonstration, for a gate that has none.</summary>
    private string? DemoPolicy(EnforcementOptions enforcement)
    {
        var isAsked = _said.Gate is GateMode.Observe or GateMode.Enforce && Needs.HasFlag(ServeNeeds.Database);
        return isAsked && enforcement.PolicyFile is null && !Has("Enforcement:Policy") ? DemoSql.PolicyFile : null;
    }

    private void ApplyEngine(PgOAuthProxyOptions options)
    {
        options.Transport.Kind = _said.Transport ?? options.Transport.Kind;
        options.Transport.Loops = _said.Loops ?? options.Transport.Loops;
        options.Pool.Mode = _said.Pool ?? options.Pool.Mode;
        options.Pool.Size = _said.PoolSize ?? options.Pool.Size;
        if (_said.MaxConnections is { } most)
        {
            // One address gets half of the places of those that have not logged in yet.
            options.Limits.MaxConnections = most;
            options.Limits.MaxConnectionsPerAddress = most;
            options.Limits.MaxUnauthenticatedConnections = (int)Math.Min(2L * most, int.MaxValue);
        }
    }

    private static void Replace<T>(IList<T> list, IEnumerable<T> values)
    {
        list.Clear();
        foreach (var value in values)
        {
            list.Add(value);
        }
    }

    private EndpointOptions Endpoint(ServeEnvironment environment)
    {
        var endpoint = new EndpointOptions
        {
            Address = _said.Listen ?? DefaultListen,
            TokenExchange = _said.Exchange ?? TokenExchange.Both,
            DangerousAllowTokensWithoutTls = _said.Plaintext,
        };
        if (environment.Certificate is { } certificate)
        {
            endpoint.Tls.Certificate.Path = certificate.ServerCertificatePath;
            endpoint.Tls.Certificate.KeyPath = certificate.ServerKeyPath;
        }

        return endpoint;
    }

    private IssuerOptions Issuer(ServeEnvironment environment)
    {
        var issuer = new IssuerOptions
        {
            Issuer = environment.Issuer?.Issuer ?? _said.Issuer!,
            DangerousAllowHttpOnLoopback = environment.Issuer is not null || _said.Plaintext,
        };
        issuer.Audiences.Add(environment.Issuer?.Audience ?? _said.Audience!);
        return issuer;
    }

    private bool Has(string key)
    {
        return File?.GetSection(key).GetChildren().Any() == true;
    }

    private void CheckIssuer()
    {
        if (_said.Issuer is null)
        {
            if (_said.Audience is not null && Has("Authentication:Issuers"))
            {
                throw new CommandException("--audience needs --issuer when the file has Issuers: each of them has audiences of its own.");
            }

            return;
        }

        if (_said.Audience is null)
        {
            throw new CommandException("--issuer needs --audience: a token for another service of the same issuer must not open this database.");
        }

        if (!_said.Plaintext && new Uri(_said.Issuer).Scheme != Uri.UriSchemeHttps)
        {
            throw new CommandException("--issuer must be an https URL; an http one is taken on loopback only, and only with --plaintext.");
        }
    }

    private void CheckPlaintext()
    {
        if (!_said.Plaintext)
        {
            return;
        }

        if (_fileListens)
        {
            throw new CommandException("--plaintext needs --listen when the file has Endpoints: it is for one endpoint on loopback.");
        }

        if (!Arguments.IsLoopback(_said.Listen ?? DefaultListen))
        {
            throw new CommandException("--plaintext is for loopback only: --listen must be localhost or a loopback address.");
        }

        if (_said.Issuer is { } issuer && !new Uri(issuer).IsLoopback && new Uri(issuer).Scheme != Uri.UriSchemeHttps)
        {
            throw new CommandException("--issuer over http must be on loopback.");
        }
    }
}
