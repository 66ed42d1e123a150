using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using Xunit;

namespace PgOAuth.Options;

/// <summary>Pins every default: one that changes weakens or breaks somebody's proxy, so it changes here too.</summary>
public sealed class OptionDefaultsTests
{
    [Fact]
    public void Defaults_OfEveryOption_AreThese()
    {
        var text = new StringBuilder();
        Type[] types =
        [
            typeof(PgOAuthProxyOptions), typeof(EndpointOptions), typeof(EndpointTlsOptions), typeof(CertificateOptions), typeof(ProxyLimits),
            typeof(AuthenticationOptions), typeof(IssuerOptions), typeof(AuthorizationOptions), typeof(RoleMapOptions), typeof(ConnectionRuleOptions),
            typeof(UpstreamOptions), typeof(UpstreamServerOptions), typeof(RouteOptions), typeof(PoolOptions),
            typeof(TransportOptions), typeof(EnforcementOptions), typeof(StatementPolicyOptions), typeof(ScopeRules), typeof(PolicyDefaults),
            typeof(StatementRule), typeof(AuthorizationDetailRules), typeof(AuditingOptions), typeof(AdminOptions),
        ];
        foreach (var type in types)
        {
            var instance = Activator.CreateInstance(type)!;
            foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            {
                text.Append(CultureInfo.InvariantCulture, $"{type.Name}.{property.Name} = {Show(property.GetValue(instance))}\n");
            }
        }

        Assert.Equal(
            """
            PgOAuthProxyOptions.Endpoints = []
            PgOAuthProxyOptions.Limits = ProxyLimits
            PgOAuthProxyOptions.Authentication = AuthenticationOptions
            PgOAuthProxyOptions.Authorization = AuthorizationOptions
            PgOAuthProxyOptions.Upstream = UpstreamOptions
            PgOAuthProxyOptions.Pool = PoolOptions
            PgOAuthProxyOptions.Transport = TransportOptions
            PgOAuthProxyOptions.Enforcement = EnforcementOptions
            PgOAuthProxyOptions.Auditing = AuditingOptions
            PgOAuthProxyOptions.Admin = AdminOptions
            EndpointOptions.Address = ""
            EndpointOptions.TokenExchange = Password
            EndpointOptions.Tls = EndpointTlsOptions
            EndpointOptions.DangerousAllowTokensWithoutTls = False
            EndpointTlsOptions.Certificate = CertificateOptions
            EndpointTlsOptions.Sni = []
            EndpointTlsOptions.ClientCertificate = None
            EndpointTlsOptions.ClientCertificateAuthorityPath = null
            CertificateOptions.Path = null
            CertificateOptions.KeyPath = null
            CertificateOptions.Password = null
            ProxyLimits.MaxConnections = 10000
            ProxyLimits.MaxConnectionsPerAddress = 1000
            ProxyLimits.MaxUnauthenticatedConnections = 500
            ProxyLimits.LoginTimeout = 00:01:00
            ProxyLimits.MaxTokenBytes = 65000
            ProxyLimits.MaxStatementBytes = 16777216
            ProxyLimits.MaxFailedCancelsPerMinute = 60
            ProxyLimits.MaxConcurrentCancels = 100
            ProxyLimits.CancelTimeout = 00:00:10
            ProxyLimits.DrainTimeout = 00:00:25
            AuthenticationOptions.Issuers = []
            AuthenticationOptions.DiscoveryIssuer = null
            AuthenticationOptions.DiscoveryScope = ""
            AuthenticationOptions.TokenCacheSize = 10000
            IssuerOptions.Issuer = ""
            IssuerOptions.Audiences = []
            IssuerOptions.MetadataAddress = null
            IssuerOptions.JwksUri = null
            IssuerOptions.Algorithms = []
            IssuerOptions.AllowedClients = []
            IssuerOptions.AllowPlainJwtType = False
            IssuerOptions.SubjectClaim = "sub"
            IssuerOptions.ClockSkew = 00:01:00
            IssuerOptions.MaxTokenLifetime = 1.00:00:00
            IssuerOptions.KeyRefreshInterval = 00:05:00
            IssuerOptions.KeyRefreshMinimumInterval = 00:00:30
            IssuerOptions.LastKnownGoodLifetime = 12:00:00
            IssuerOptions.AllowedKeyHosts = []
            IssuerOptions.DangerousAllowHttpOnLoopback = False
            IssuerOptions.AllowPrivateNetwork = True
            AuthorizationOptions.RoleMap = []
            AuthorizationOptions.AllowedRoles = []
            AuthorizationOptions.UserMatching = Role
            AuthorizationOptions.RequiredScopes = []
            AuthorizationOptions.ConnectionRules = []
            RoleMapOptions.Claim = ""
            RoleMapOptions.Value = ""
            RoleMapOptions.Role = ""
            RoleMapOptions.Issuer = null
            ConnectionRuleOptions.Scope = ""
            ConnectionRuleOptions.Databases = []
            ConnectionRuleOptions.Roles = []
            UpstreamOptions.Mode = AssumeRole
            UpstreamOptions.Servers = []
            UpstreamOptions.Routes = []
            UpstreamOptions.ClaimSettings = []
            UpstreamOptions.HandOnClaims = null
            UpstreamOptions.AllowedStartupParameters = []
            UpstreamOptions.DangerousAllowPrivilegedRoles = False
            UpstreamServerOptions.Host = ""
            UpstreamServerOptions.Port = 5432
            UpstreamServerOptions.Username = null
            UpstreamServerOptions.Password = null
            UpstreamServerOptions.PasswordFile = null
            UpstreamServerOptions.TlsMode = null
            UpstreamServerOptions.TlsNegotiation = SslRequest
            UpstreamServerOptions.RootCertificatePath = null
            UpstreamServerOptions.TlsHostName = null
            UpstreamServerOptions.ClientCertificate = CertificateOptions
            UpstreamServerOptions.ChannelBinding = Prefer
            UpstreamServerOptions.AllowCleartextPassword = False
            UpstreamServerOptions.AllowMd5Password = False
            UpstreamServerOptions.DangerousAllowPlaintextUpstream = False
            UpstreamServerOptions.ConnectTimeout = 00:00:15
            RouteOptions.Database = null
            RouteOptions.SniHost = null
            RouteOptions.Claim = null
            RouteOptions.ClaimValue = null
            RouteOptions.Server = ""
            RouteOptions.UpstreamDatabase = null
            RouteOptions.PoolMode = null
            RouteOptions.PoolSize = null
            RouteOptions.Gate = null
            PoolOptions.Mode = None
            PoolOptions.Size = 20
            PoolOptions.MinSize = 0
            PoolOptions.Reserve = 0
            PoolOptions.ReserveAfter = 00:00:05
            PoolOptions.WaitTimeout = 00:02:00
            PoolOptions.WaitNotice = 00:00:05
            PoolOptions.ServerLifetime = 01:00:00
            PoolOptions.ServerIdleTimeout = 00:10:00
            PoolOptions.RetryDelay = 00:00:15
            PoolOptions.IdleTransactionTimeout = 00:00:00
            PoolOptions.MaxPreparedStatements = 200
            PoolOptions.TenantClaim = null
            PoolOptions.MaxServerConnections = 0
            PoolOptions.MaxPerTenant = 0
            PoolOptions.MaxPerPrincipal = 0
            PoolOptions.MaxPools = 1000
            TransportOptions.Kind = Auto
            TransportOptions.Loops = 0
            EnforcementOptions.Mode = Off
            EnforcementOptions.SearchPath = not empty
            EnforcementOptions.Policy = StatementPolicyOptions
            EnforcementOptions.PolicyFile = null
            EnforcementOptions.CatalogRefreshInterval = 00:01:00
            EnforcementOptions.CatalogKeepFor = 00:05:00
            EnforcementOptions.CatalogReadTimeout = 00:00:30
            StatementPolicyOptions.Scopes = []
            StatementPolicyOptions.Defaults = PolicyDefaults
            StatementPolicyOptions.Deny = []
            StatementPolicyOptions.AuthorizationDetails = []
            ScopeRules.Allow = []
            ScopeRules.Deny = []
            PolicyDefaults.SessionCommands = True
            PolicyDefaults.HarmlessFunctions = True
            PolicyDefaults.Metadata = True
            PolicyDefaults.HarmlessSettings = True
            PolicyDefaults.Allow = []
            StatementRule.Name = null
            StatementRule.Statements = []
            StatementRule.Relations = []
            StatementRule.Columns = []
            StatementRule.ExceptColumns = []
            StatementRule.Functions = []
            StatementRule.Settings = []
            AuthorizationDetailRules.Locations = []
            AuthorizationDetailRules.Actions = []
            AuthorizationDetailRules.Within = []
            AuditingOptions.QueueCapacity = 10000
            AuditingOptions.Overflow = RefuseConnections
            AuditingOptions.Statements = Refused
            AdminOptions.Scope = null
            AdminOptions.Database = "pgoauth"
            """,
            text.ToString().TrimEnd());
    }

    [Fact]
    public void OptionsTypes_AllArePinned()
    {
        var source = typeof(PgOAuthProxyOptions).Assembly.GetExportedTypes()
            .Where(static type => type.Namespace == typeof(PgOAuthProxyOptions).Namespace && type.IsClass && type != typeof(ScopeRulesBuilder))
            .Select(static type => type.Name);

        Assert.Equal(23, source.Count());
        Assert.Equal(["public"], new EnforcementOptions().SearchPath);
    }

    private static string Show(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        IEnumerable many => many.Cast<object>().Any() ? "not empty" : "[]",
        _ when value.GetType().Namespace == typeof(PgOAuthProxyOptions).Namespace && value.GetType().IsClass => value.GetType().Name,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
