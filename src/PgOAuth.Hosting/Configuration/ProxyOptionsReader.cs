using Microsoft.Extensions.Configuration;
using PgOAuth.Options;

namespace PgOAuth.Configuration;

/// <summary>Reads <c>"PgOAuth": { … }</c> into the options, without reflection: one line for each setting there is.</summary>
internal static class ProxyOptionsReader
{
    /// <summary>Reads what can be read and returns the mistakes in the rest.</summary>
    internal static IReadOnlyList<string> Read(IConfigurationSection section, PgOAuthProxyOptions options)
    {
        var mistakes = new List<string>();
        if (!section.GetChildren().Any())
        {
            mistakes.Add($"the configuration has no section {section.Path}.");
            return mistakes;
        }

        var reader = new SectionReader(section, "", mistakes);
        reader.Objects(nameof(options.Endpoints), item => Add(options.Endpoints, new EndpointOptions(), item, Read));
        reader.Object(nameof(options.Limits), item => Read(item, options.Limits));
        reader.Object(nameof(options.Authentication), item => Read(item, options.Authentication));
        reader.Object(nameof(options.Authorization), item => Read(item, options.Authorization));
        reader.Object(nameof(options.Upstream), item => Read(item, options.Upstream));
        reader.Object(nameof(options.Pool), item => Read(item, options.Pool));
        reader.Object(nameof(options.Transport), item => Read(item, options.Transport));
        reader.Object(nameof(options.Enforcement), item => EnforcementReader.Read(item, options.Enforcement));
        reader.Object(nameof(options.Auditing), item => Read(item, options.Auditing));
        reader.Object(nameof(options.Admin), item => Read(item, options.Admin));
        reader.Finish();
        return mistakes;
    }

    private static void Add<T>(IList<T> list, T added, SectionReader reader, Action<SectionReader, T> read)
    {
        list.Add(added);
        read(reader, added);
    }

    private static T GetOrAdd<T>(IDictionary<string, T> entries, string name)
        where T : new()
    {
        if (!entries.TryGetValue(name, out var entry))
        {
            entries.Add(name, entry = new T());
        }

        return entry;
    }

    private static void Read(SectionReader reader, EndpointOptions options)
    {
        reader.Text(nameof(options.Address), value => options.Address = value);
        reader.Choice<TokenExchange>(nameof(options.TokenExchange), value => options.TokenExchange = value);
        reader.Object(nameof(options.Tls), tls => Read(tls, options.Tls));
        reader.Flag(nameof(options.DangerousAllowTokensWithoutTls), value => options.DangerousAllowTokensWithoutTls = value);
    }

    private static void Read(SectionReader reader, EndpointTlsOptions options)
    {
        reader.Object(nameof(options.Certificate), certificate => Read(certificate, options.Certificate));
        reader.Entries(nameof(options.Sni), (host, certificate) => Read(certificate, GetOrAdd(options.Sni, host)));
        reader.Choice<ClientCertificateMode>(nameof(options.ClientCertificate), value => options.ClientCertificate = value);
        reader.Text(nameof(options.ClientCertificateAuthorityPath), value => options.ClientCertificateAuthorityPath = value);
    }

    private static void Read(SectionReader reader, CertificateOptions options)
    {
        reader.Text(nameof(options.Path), value => options.Path = value);
        reader.Text(nameof(options.KeyPath), value => options.KeyPath = value);
        reader.Text(nameof(options.Password), value => options.Password = value);
    }

    private static void Read(SectionReader reader, ProxyLimits options)
    {
        reader.Number(nameof(options.MaxConnections), value => options.MaxConnections = value);
        reader.Number(nameof(options.MaxConnectionsPerAddress), value => options.MaxConnectionsPerAddress = value);
        reader.Number(nameof(options.MaxUnauthenticatedConnections), value => options.MaxUnauthenticatedConnections = value);
        reader.Duration(nameof(options.LoginTimeout), value => options.LoginTimeout = value);
        reader.Number(nameof(options.MaxTokenBytes), value => options.MaxTokenBytes = value);
        reader.Number(nameof(options.MaxStatementBytes), value => options.MaxStatementBytes = value);
        reader.Number(nameof(options.MaxFailedCancelsPerMinute), value => options.MaxFailedCancelsPerMinute = value);
        reader.Number(nameof(options.MaxConcurrentCancels), value => options.MaxConcurrentCancels = value);
        reader.Duration(nameof(options.CancelTimeout), value => options.CancelTimeout = value);
        reader.Duration(nameof(options.DrainTimeout), value => options.DrainTimeout = value);
    }

    private static void Read(SectionReader reader, AuthenticationOptions options)
    {
        reader.Objects(nameof(options.Issuers), item => Add(options.Issuers, new IssuerOptions(), item, Read));
        reader.Text(nameof(options.DiscoveryIssuer), value => options.DiscoveryIssuer = value);
        reader.Text(nameof(options.DiscoveryScope), value => options.DiscoveryScope = value);
        reader.Number(nameof(options.TokenCacheSize), value => options.TokenCacheSize = value);
    }

    private static void Read(SectionReader reader, IssuerOptions options)
    {
        reader.Text(nameof(options.Issuer), value => options.Issuer = value);
        reader.Texts(nameof(options.Audiences), options.Audiences);
        reader.Text(nameof(options.MetadataAddress), value => options.MetadataAddress = value);
        reader.Text(nameof(options.JwksUri), value => options.JwksUri = value);
        reader.Texts(nameof(options.Algorithms), options.Algorithms);
        reader.Texts(nameof(options.AllowedClients), options.AllowedClients);
        reader.Flag(nameof(options.AllowPlainJwtType), value => options.AllowPlainJwtType = value);
        reader.Text(nameof(options.SubjectClaim), value => options.SubjectClaim = value);
        reader.Duration(nameof(options.ClockSkew), value => options.ClockSkew = value);
        reader.Duration(nameof(options.MaxTokenLifetime), value => options.MaxTokenLifetime = value);
        reader.Duration(nameof(options.KeyRefreshInterval), value => options.KeyRefreshInterval = value);
        reader.Duration(nameof(options.KeyRefreshMinimumInterval), value => options.KeyRefreshMinimumInterval = value);
        reader.Duration(nameof(options.LastKnownGoodLifetime), value => options.LastKnownGoodLifetime = value);
        reader.Texts(nameof(options.AllowedKeyHosts), options.AllowedKeyHosts);
        reader.Flag(nameof(options.DangerousAllowHttpOnLoopback), value => options.DangerousAllowHttpOnLoopback = value);
        reader.Flag(nameof(options.AllowPrivateNetwork), value => options.AllowPrivateNetwork = value);
    }

    private static void Read(SectionReader reader, AuthorizationOptions options)
    {
        reader.Objects(nameof(options.RoleMap), item => Add(options.RoleMap, new RoleMapOptions(), item, Read));
        reader.Texts(nameof(options.AllowedRoles), options.AllowedRoles);
        reader.Choice<UserMatching>(nameof(options.UserMatching), value => options.UserMatching = value);
        reader.Texts(nameof(options.RequiredScopes), options.RequiredScopes);
        reader.Objects(nameof(options.ConnectionRules), item => Add(options.ConnectionRules, new ConnectionRuleOptions(), item, Read));
    }

    private static void Read(SectionReader reader, RoleMapOptions options)
    {
        reader.Text(nameof(options.Claim), value => options.Claim = value);
        reader.Text(nameof(options.Value), value => options.Value = value);
        reader.Text(nameof(options.Role), value => options.Role = value);
        reader.Text(nameof(options.Issuer), value => options.Issuer = value);
    }

    private static void Read(SectionReader reader, ConnectionRuleOptions options)
    {
        reader.Text(nameof(options.Scope), value => options.Scope = value);
        reader.Texts(nameof(options.Databases), options.Databases);
        reader.Texts(nameof(options.Roles), options.Roles);
    }

    private static void Read(SectionReader reader, UpstreamOptions options)
    {
        reader.Choice<UpstreamMode>(nameof(options.Mode), value => options.Mode = value);
        reader.Entries(nameof(options.Servers), (name, server) => Read(server, GetOrAdd(options.Servers, name)));
        reader.Objects(nameof(options.Routes), item => Add(options.Routes, new RouteOptions(), item, Read));
        reader.Texts(nameof(options.ClaimSettings), options.ClaimSettings);
        reader.Flag(nameof(options.HandOnClaims), value => options.HandOnClaims = value);
        reader.Texts(nameof(options.AllowedStartupParameters), options.AllowedStartupParameters);
        reader.Flag(nameof(options.DangerousAllowPrivilegedRoles), value => options.DangerousAllowPrivilegedRoles = value);
    }

    private static void Read(SectionReader reader, UpstreamServerOptions options)
    {
        reader.Text(nameof(options.Host), value => options.Host = value);
        reader.Number(nameof(options.Port), value => options.Port = value);
        reader.Text(nameof(options.Username), value => options.Username = value);
        reader.Text(nameof(options.Password), value => options.Password = value);
        reader.Text(nameof(options.PasswordFile), value => options.PasswordFile = value);
        reader.Choice<UpstreamTlsMode>(nameof(options.TlsMode), value => options.TlsMode = value);
        reader.Choice<UpstreamTlsNegotiation>(nameof(options.TlsNegotiation), value => options.TlsNegotiation = value);
        reader.Text(nameof(options.RootCertificatePath), value => options.RootCertificatePath = value);
        reader.Text(nameof(options.TlsHostName), value => options.TlsHostName = value);
        reader.Object(nameof(options.ClientCertificate), certificate => Read(certificate, options.ClientCertificate));
        reader.Choice<ChannelBindingMode>(nameof(options.ChannelBinding), value => options.ChannelBinding = value);
        reader.Flag(nameof(options.AllowCleartextPassword), value => options.AllowCleartextPassword = value);
        reader.Flag(nameof(options.AllowMd5Password), value => options.AllowMd5Password = value);
        reader.Flag(nameof(options.DangerousAllowPlaintextUpstream), value => options.DangerousAllowPlaintextUpstream = value);
        reader.Duration(nameof(options.ConnectTimeout), value => options.ConnectTimeout = value);
    }

    private static void Read(SectionReader reader, RouteOptions options)
    {
        reader.Text(nameof(options.Database), value => options.Database = value);
        reader.Text(nameof(options.SniHost), value => options.SniHost = value);
        reader.Text(nameof(options.Claim), value => options.Claim = value);
        reader.Text(nameof(options.ClaimValue), value => options.ClaimValue = value);
        reader.Text(nameof(options.Server), value => options.Server = value);
        reader.Text(nameof(options.UpstreamDatabase), value => options.UpstreamDatabase = value);
        reader.Choice<PoolMode>(nameof(options.PoolMode), value => options.PoolMode = value);
        reader.Number(nameof(options.PoolSize), value => options.PoolSize = value);
        reader.Choice<GateMode>(nameof(options.Gate), value => options.Gate = value);
    }

    private static void Read(SectionReader reader, PoolOptions options)
    {
        reader.Choice<PoolMode>(nameof(options.Mode), value => options.Mode = value);
        reader.Number(nameof(options.Size), value => options.Size = value);
        reader.Number(nameof(options.MinSize), value => options.MinSize = value);
        reader.Number(nameof(options.Reserve), value => options.Reserve = value);
        reader.Duration(nameof(options.ReserveAfter), value => options.ReserveAfter = value);
        reader.Duration(nameof(options.WaitTimeout), value => options.WaitTimeout = value);
        reader.Duration(nameof(options.WaitNotice), value => options.WaitNotice = value);
        reader.Duration(nameof(options.ServerLifetime), value => options.ServerLifetime = value);
        reader.Duration(nameof(options.ServerIdleTimeout), value => options.ServerIdleTimeout = value);
        reader.Duration(nameof(options.RetryDelay), value => options.RetryDelay = value);
        reader.Duration(nameof(options.IdleTransactionTimeout), value => options.IdleTransactionTimeout = value);
        reader.Number(nameof(options.MaxPreparedStatements), value => options.MaxPreparedStatements = value);
        reader.Text(nameof(options.TenantClaim), value => options.TenantClaim = value);
        reader.Number(nameof(options.MaxServerConnections), value => options.MaxServerConnections = value);
        reader.Number(nameof(options.MaxPerTenant), value => options.MaxPerTenant = value);
        reader.Number(nameof(options.MaxPerPrincipal), value => options.MaxPerPrincipal = value);
        reader.Number(nameof(options.MaxPools), value => options.MaxPools = value);
    }

    private static void Read(SectionReader reader, TransportOptions options)
    {
        reader.Choice<TransportKind>(nameof(options.Kind), value => options.Kind = value);
        reader.Number(nameof(options.Loops), value => options.Loops = value);
    }

    private static void Read(SectionReader reader, AdminOptions options)
    {
        reader.Text(nameof(options.Scope), value => options.Scope = value);
        reader.Text(nameof(options.Database), value => options.Database = value);
    }

    private static void Read(SectionReader reader, AuditingOptions options)
    {
        reader.Number(nameof(options.QueueCapacity), value => options.QueueCapacity = value);
        reader.Choice<AuditOverflow>(nameof(options.Overflow), value => options.Overflow = value);
        reader.Choice<StatementAudit>(nameof(options.Statements), value => options.Statements = value);
    }
}
