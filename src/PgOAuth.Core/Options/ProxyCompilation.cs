using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using PgOAuth.Authentication;
using PgOAuth.Authentication.Jwt;
using PgOAuth.Authentication.Sasl;
using PgOAuth.Authorization;
using PgOAuth.Diagnostics;
using PgOAuth.Enforcement;
using PgOAuth.Enforcement.Catalog;
using PgOAuth.Enforcement.Policy;
using PgOAuth.Listening;
using PgOAuth.Operations;
using PgOAuth.Options.Validation;
using PgOAuth.Pooling;
using PgOAuth.Startup;
using PgOAuth.Transport;
using PgOAuth.Upstream;

namespace PgOAuth.Options;

/// <summary>Turns options and the host's code into what a running proxy uses, or lists every mistake.</summary>
internal sealed class ProxyCompilation
{
    private ProxyCompilation(ProxySnapshot snapshot, IReadOnlyList<(EndpointSnapshot Endpoint, EndPoint Address)> endpoints, JwtTokenValidator validator, CompiledPolicy policy)
    {
        Policy = policy;
        Snapshot = snapshot;
        Endpoints = endpoints;
        Validator = validator;
    }

    internal ProxySnapshot Snapshot { get; }

    internal IReadOnlyList<(EndpointSnapshot Endpoint, EndPoint Address)> Endpoints { get; }

    internal JwtTokenValidator Validator { get; }

    /// <summary>The policy as it was written, and where.</summary>
    internal required LoadedPolicy Written { get; init; }

    /// <summary>Stage 7: what scopes allow; the same object as before when a reload changed nothing of it.</summary>
    internal CompiledPolicy Policy { get; }

    /// <summary>Every mistake in the options, those included that only show when certificate files are read.</summary>
    internal static IReadOnlyList<string> FindMistakes(PgOAuthProxyOptions options, PgOAuthProxyComponents components) =>
        Check(options, components, out _, out _, out _);

    /// <exception cref="ArgumentException">The options have mistakes; the message lists every one.</exception>
    internal static ProxyCompilation Compile(PgOAuthProxyOptions options, PgOAuthProxyComponents components, string name, ITransport transport, ILogger logger)
    {
        var mistakes = new List<string>();
        return TryCompile(options, components, transport, logger, previous: null, mistakes)
            ?? throw new ArgumentException(PgOAuthProxyOptionsValidator.Describe(mistakes, name));
    }

    /// <summary>Compiles, unless there are mistakes, which it adds to those that are known. Keys of issuers and servers that are as in <paramref name="previous"/> are taken over from it.</summary>
    internal static ProxyCompilation? TryCompile(
        PgOAuthProxyOptions options,
        PgOAuthProxyComponents components,
        ITransport transport,
        ILogger logger,
        ProxyCompilation? previous,
        List<string> mistakes)
    {
        mistakes.AddRange(Check(options, components, out var endpoints, out var servers, out var written));
        if (mistakes.Count > 0 || written is null)
        {
            return null;
        }

        foreach (var (name, server) in servers)
        {
            if (previous?.Snapshot.Upstream.FindServer(name) is { } known && known.Fingerprint == server.Fingerprint)
            {
                servers[name] = known;
            }
        }

        Warn(options, components, servers.Values, written, logger);
        var validator = new JwtTokenValidator(options.Authentication, components.LoggerFactory, components.TimeProvider, previous: previous?.Validator);
        var authenticator = new TokenAuthenticator([validator, .. components.TokenValidators], components.LoggerFactory.CreateLogger<TokenAuthenticator>());
        var policy = PolicyCompiler.Compile(written.Options, ShippedBaseline.Instance);
        if (previous?.Policy.Source == policy.Source)
        {
            policy = previous.Policy;
        }

        // The gate relies on what the guard keeps as it is: the role, and how the server reads SQL.
        var guard = options.Upstream.Mode == UpstreamMode.AssumeRole || options.Upstream.HandsOnClaims || EnforcementRules.AnyIsGated(options)
            ? new SessionStateGuard(keepsSettings: options.Upstream.HandsOnClaims && RoutePools.AnyIsShared(options))
            : null;
        var snapshot = new ProxySnapshot
        {
            Limits = options.Limits,
            StartupRules = new StartupParameterRules(options.Upstream.AllowedStartupParameters),
            Authentication = new AuthenticationExchange(authenticator, CreateChallenge(options), options.Limits.MaxTokenBytes),
            Authorizer = new ConnectionAuthorizer(options.Authorization, components.RoleMappers, components.ScopePolicies, logger),
            Admin = AdminDoor.Create(options.Admin),
            Upstream = new UpstreamSelector(
                options.Upstream,
                options.Pool,
                options.Enforcement.Mode,
                servers,
                components.UpstreamRouter ?? new ConfiguredRouter(options.Upstream),
                components.UpstreamCredentials ?? new ConfiguredCredentialProvider(options.Upstream),
                new UpstreamConnector(components.TimeProvider, components.LoggerFactory.CreateLogger<UpstreamConnector>(), new TransportDialer(transport, components.TimeProvider)),
                logger),
            Guard = guard,
            Statements = new StatementCaches(guard, transport.Loops.Count),
            SearchPath = new CatalogSearchPath(options.Enforcement.SearchPath),
            AllowPrivilegedRoles = options.Upstream.DangerousAllowPrivilegedRoles,
        };
        return new ProxyCompilation(snapshot, endpoints, validator, policy) { Written = written };
    }

    /// <summary>The settings of the endpoint with this address; null when there is none any more.</summary>
    internal EndpointSnapshot? FindEndpoint(string address)
    {
        foreach (var (endpoint, _) in Endpoints)
        {
            if (endpoint.Address == address)
            {
                return endpoint;
            }
        }

        return null;
    }

    private static List<string> Check(
        PgOAuthProxyOptions options,
        PgOAuthProxyComponents components,
        out List<(EndpointSnapshot, EndPoint)> endpoints,
        out Dictionary<string, UpstreamServer> servers,
        out LoadedPolicy? written)
    {
        var errors = PgOAuthProxyOptionsValidator.Validate(options, components);
        endpoints = CompileEndpoints(options, components, errors);
        servers = CompileServers(options, errors);
        written = LoadedPolicy.Load(options.Enforcement, errors);
        return errors;
    }

    private static List<(EndpointSnapshot, EndPoint)> CompileEndpoints(PgOAuthProxyOptions options, PgOAuthProxyComponents components, List<string> errors)
    {
        var logger = components.LoggerFactory.CreateLogger<TlsServerCertificates>();
        var endpoints = new List<(EndpointSnapshot, EndPoint)>();
        for (var i = 0; i < options.Endpoints.Count; i++)
        {
            var endpoint = options.Endpoints[i];
            if (errors.Exists(error => error.StartsWith($"Endpoints:{i}:Tls:", StringComparison.Ordinal)))
            {
                // Loading would only say again, less clearly, what is known.
                continue;
            }

            try
            {
                var tls = TlsServerCertificates.Create(endpoint.Tls, endpoint.Address, components.TimeProvider, logger);
                var snapshot = new EndpointSnapshot(endpoint, tls);
                if (EndpointAddress.TryParse(endpoint.Address, out var addresses, out _))
                {
                    endpoints.AddRange(addresses.Select(address => (snapshot, address)));
                }
            }
            catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
            {
                errors.Add($"Endpoints:{i}:Tls: the certificate cannot be used: {error.Message}");
            }
        }

        return endpoints;
    }

    private static Dictionary<string, UpstreamServer> CompileServers(PgOAuthProxyOptions options, List<string> errors)
    {
        var servers = new Dictionary<string, UpstreamServer>(StringComparer.Ordinal);
        foreach (var (name, server) in options.Upstream.Servers)
        {
            if (UpstreamServer.Compile(name, server, errors) is { } compiled)
            {
                servers.Add(name, compiled);
            }
        }

        return servers;
    }

    internal static byte[] CreateChallenge(PgOAuthProxyOptions options)
    {
        var issuer = options.Authentication.DiscoveryIssuer ?? options.Authentication.Issuers.FirstOrDefault()?.Issuer ?? "";
        var scope = options.Authentication.DiscoveryScope is { Length: > 0 } configured ? configured
            : options.Authorization.RequiredScopes.Count > 0 ? string.Join(' ', options.Authorization.RequiredScopes)
            : "openid";
        return OAuthBearerChallenge.Create(issuer, scope);
    }

    private static void Warn(PgOAuthProxyOptions options, PgOAuthProxyComponents components, IEnumerable<UpstreamServer> servers, LoadedPolicy written, ILogger logger)
    {
        foreach (var server in servers)
        {
            server.WarnAboutWeakening(logger);
        }

        foreach (var endpoint in options.Endpoints.Where(static endpoint => endpoint.DangerousAllowTokensWithoutTls))
        {
            Log.DangerousSetting(logger, $"DangerousAllowTokensWithoutTls of {endpoint.Address}", "whoever reads the traffic can take a token and use it");
        }

        if (options.Upstream.DangerousAllowPrivilegedRoles)
        {
            Log.DangerousSetting(logger, "Upstream:DangerousAllowPrivilegedRoles", "a token may become a superuser");
        }

        if (options.Authorization.RequiredScopes.Count == 0 && options.Authorization.ConnectionRules.Count == 0 && components.ScopePolicies.Count == 0)
        {
            Log.NoScopeRequired(logger);
        }

        if (EnforcementRules.AnyIsGated(options) && !written.Options.GivesAnything)
        {
            Log.PolicyGivesNothing(logger);
        }
    }
}
