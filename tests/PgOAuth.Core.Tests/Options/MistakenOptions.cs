namespace PgOAuth.Options;

/// <summary>Options with every mistake that can be made beside others, and what is said of them.</summary>
internal static class MistakenOptions
{
    private const string Nowhere = "/nowhere/at-all";

    internal const string Text =
        """
        PgOAuth cannot start. Its settings have 133 mistakes:
        - Endpoints:0:Address: expected host:port, such as 0.0.0.0:6432, [::]:6432, *:6432 or localhost:6432.
        - Endpoints:0:TokenExchange: must be one of Password, OAuthBearer, Both.
        - Endpoints:0:Tls:Certificate:Path: a certificate is needed, because clients send their tokens here; DangerousAllowTokensWithoutTls does without, for a Unix socket or a measurement on loopback.
        - Endpoints:1:Address: the host is not an IP address, localhost or *.
        - Endpoints:2:Address: a Unix socket needs an absolute path, such as unix:/run/pgoauth/.s.PGSQL.6432.
        - Endpoints:4:Address: 127.0.0.1:6432 is taken by Endpoints:3 already.
        - Endpoints:5:Tls:Certificate:Path: is missing; name the file with the certificate.
        - Endpoints:5:Tls:Certificate:KeyPath: there is no file "/nowhere/at-all".
        - Endpoints:5:Tls:Sni:*: must be a host name such as db.example.com, or *.example.com for one label.
        - Endpoints:5:Tls:Sni:*:Path: is missing; name the file with the certificate.
        - Endpoints:5:Tls:Sni:db.example.com:Path: there is no file "/nowhere/at-all".
        - Endpoints:5:Tls:ClientCertificateAuthorityPath: there is no file "/nowhere/at-all".
        - Endpoints:5:Tls:ClientCertificateAuthorityPath: is not used while ClientCertificate is None; set it to Optional or Required, or leave this out.
        - Endpoints:6:Tls:ClientCertificateAuthorityPath: is missing; name the PEM file with the authorities that client certificates must chain to.
        - Endpoints:6:Tls:ClientCertificate: needs TLS, so a certificate of the endpoint.
        - Endpoints:6:Tls:ClientCertificate: cannot be Required where DangerousAllowTokensWithoutTls lets clients in without TLS.
        - Endpoints:7:Tls:ClientCertificate: must be one of None, Optional, Required.
        - Endpoints:7:Tls:ClientCertificateAuthorityPath: is missing; name the PEM file with the authorities that client certificates must chain to.
        - Limits:MaxConnections: must be between 1 and 1,000,000.
        - Limits:MaxConnectionsPerAddress: must be between 1 and 1,000,000.
        - Limits:MaxUnauthenticatedConnections: must be between 1 and 1,000,000.
        - Limits:LoginTimeout: must be longer than zero and at most 00:10:00.
        - Limits:MaxTokenBytes: must be between 1 and 65,000.
        - Limits:MaxStatementBytes: must be between 1 and 1,073,741,823.
        - Limits:MaxFailedCancelsPerMinute: must be between 1 and 1,000,000.
        - Limits:MaxConcurrentCancels: must be between 1 and 1,000,000.
        - Limits:CancelTimeout: must be longer than zero and at most 00:10:00.
        - Limits:DrainTimeout: must be between 00:00:00 and 1.00:00:00.
        - Authentication:Issuers:0:Issuer: is missing; write the issuer's URL exactly as its tokens carry it in iss.
        - Authentication:Issuers:0:Audiences: at least one audience is needed, the one your issuer puts into aud for this database.
        - Authentication:Issuers:1:Issuer: must be an absolute https URL without user, query and fragment (http only on loopback, with DangerousAllowHttpOnLoopback).
        - Authentication:Issuers:1:MetadataAddress: must be an absolute https URL without user and fragment (http only on loopback, with DangerousAllowHttpOnLoopback).
        - Authentication:Issuers:1:JwksUri: must be an absolute https URL without user and fragment (http only on loopback, with DangerousAllowHttpOnLoopback).
        - Authentication:Issuers:1:MetadataAddress: is not used when JwksUri is set; leave one of them out.
        - Authentication:Issuers:1:Audiences:0: must not be empty.
        - Authentication:Issuers:1:AllowedClients:0: must not be empty.
        - Authentication:Issuers:1:Algorithms:1: must be one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 and ES512.
        - Authentication:Issuers:1:Algorithms:2: must be one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 and ES512.
        - Authentication:Issuers:1:AllowedKeyHosts:0: must be a host name, without scheme and path.
        - Authentication:Issuers:1:SubjectClaim: is missing; name the claim, usually sub.
        - Authentication:Issuers:1:ClockSkew: must be between 00:00:00 and 00:05:00.
        - Authentication:Issuers:1:MaxTokenLifetime: must be longer than zero and at most 30.00:00:00.
        - Authentication:Issuers:1:KeyRefreshInterval: must not be shorter than KeyRefreshMinimumInterval.
        - Authentication:Issuers:1:LastKnownGoodLifetime: must not be shorter than KeyRefreshInterval.
        - Authentication:Issuers:3:Issuer: is the same as that of Authentication:Issuers:2.
        - Authentication:TokenCacheSize: must be between 0 and 10,000,000.
        - Authentication:DiscoveryScope: must be scopes separated by spaces: ASCII characters without " and \.
        - Authentication:DiscoveryIssuer: must be one of Authentication:Issuers; tokens of another are not accepted.
        - Authentication:DiscoveryScope: is too long: issuer and scopes together make an answer of more than the 1900 bytes that libpq reads.
        - Authorization:RoleMap:0:Claim: is missing; name the claim, such as groups, or a JSON pointer such as /realm_access/roles.
        - Authorization:RoleMap:0:Value: is missing; write the value that the claim must hold.
        - Authorization:RoleMap:0:Role: cannot be the role of a token: the name is empty.
        - Authorization:RoleMap:0:Issuer: is none of Authentication:Issuers; the rule would never match.
        - Authorization:RoleMap:1:Role: cannot be the role of a token: the name is the usual superuser.
        - Authorization:RoleMap:2:Role: cannot be the role of a token: names that start with pg_ are PostgreSQL's predefined roles.
        - Authorization:AllowedRoles:0: cannot be the role of a token: the name is a reserved word for roles.
        - Authorization:UserMatching: must be one of Role, RoleOrOnlyRole.
        - Authorization:RequiredScopes:0: must be one scope: ASCII characters without space, " and \.
        - Authorization:ConnectionRules:0:Scope: must be one scope: ASCII characters without space, " and \.
        - Authorization:ConnectionRules:0:Databases: at least one database is needed, or * for all; the rule would never match.
        - Authorization:ConnectionRules:1:Databases:0: must be a database name of 1 to 63 bytes.
        - Authorization:ConnectionRules:1:Roles:1: no rule of Authorization:RoleMap gives this role; the rule would never match.
        - Upstream:Servers:empty:Username: is missing; name the service login that may become the mapped roles.
        - Upstream:Servers:remote:Username: is missing; name the service login that may become the mapped roles.
        - Upstream:Servers:remote:PasswordFile: there is no file "/nowhere/at-all".
        - Upstream:Servers:remote:TlsNegotiation: must be one of SslRequest, Direct.
        - Upstream:Servers:remote:ClientCertificate:Path: is missing; name the file with the certificate.
        - Upstream:Servers:local:ChannelBinding: must be one of Disable, Prefer, Require.
        - Upstream:Servers:local:RootCertificatePath: is not used, because the server's certificate is not verified; set TlsMode to VerifyFull or VerifyCa, or leave this out.
        - Upstream:Servers:odd:TlsMode: must be one of Disable, Require, VerifyCa, VerifyFull.
        - Upstream:Routes:0:Server: is missing; name one of Upstream:Servers.
        - Upstream:Routes:0: has no condition, so the routes after it are never used; make it the last one.
        - Upstream:Routes:1:Server: "mian" is none of Upstream:Servers.
        - Upstream:Routes:1:ClaimValue: is missing; write the value that the claim must hold.
        - Upstream:Routes:1:SniHost: must be a host name.
        - Upstream:Routes:1:Database: must be a database name of 1 to 63 bytes.
        - Upstream:Routes:1:UpstreamDatabase: must be a database name of 1 to 63 bytes.
        - Upstream:Routes:2:Claim: is missing; name the claim that must hold ClaimValue.
        - Upstream:Routes:2:PoolMode: must be one of None, Session, Transaction.
        - Upstream:Routes:2:PoolSize: must be between 1 and 100,000.
        - Upstream:Routes:2:Gate: must be one of Off, Observe, Enforce.
        - Upstream:ClaimSettings: is not used while claims are not handed on: set HandOnClaims to true.
        - Upstream:ClaimSettings:1: the setting pgoauth.tenant holds the claim tenant already.
        - Upstream:ClaimSettings:2: the setting pgoauth.sub holds the claim sub already.
        - Upstream:ClaimSettings:3: the claim makes no setting that PostgreSQL takes (pgoauth.2nd): 1 to 63 characters, the first no digit.
        - Upstream:ClaimSettings:4: the claim makes no setting that PostgreSQL takes (pgoauth.): 1 to 63 characters, the first no digit.
        - Upstream:AllowedStartupParameters:0: session_authorization decides who the session is or how its SQL is read; no client may set it.
        - Upstream:AllowedStartupParameters:1: replication is part of the protocol, not a setting; leave it out.
        - Upstream:AllowedStartupParameters:2: must be the name of a server setting.
        - Pool:Mode: must be one of None, Session, Transaction.
        - Pool:Size: must be between 1 and 100,000.
        - Pool:Reserve: must be between 0 and 100,000.
        - Pool:ReserveAfter: must be between 00:00:00 and 1.00:00:00.
        - Pool:WaitTimeout: must be longer than zero and at most 1.00:00:00.
        - Pool:WaitNotice: must be between 00:00:00 and 1.00:00:00.
        - Pool:ServerLifetime: must be longer than zero and at most 30.00:00:00.
        - Pool:ServerIdleTimeout: must be longer than zero and at most 30.00:00:00.
        - Pool:RetryDelay: must be longer than zero and at most 01:00:00.
        - Pool:IdleTransactionTimeout: must be between 00:00:00 and 1.00:00:00.
        - Pool:MaxPreparedStatements: must be between 1 and 100,000.
        - Pool:MaxServerConnections: must be between 0 and 100,000.
        - Pool:MaxPerTenant: must be between 0 and 100,000.
        - Pool:MaxPerPrincipal: must be between 0 and 100,000.
        - Pool:MaxPools: must be between 1 and 100,000.
        - Pool:MinSize: must not be larger than Size.
        - Pool:TenantClaim: must name a claim, or be left out: then the issuer is the tenant.
        - Transport:Kind: must be one of Auto, Loop, Socket.
        - Transport:Loops: must be between 0 and 1,024.
        - Enforcement:Mode: must be one of Off, Observe, Enforce.
        - Enforcement:SearchPath:1: must be the name of a schema, of 1 to 63 bytes.
        - Enforcement:SearchPath:2: must be the name of a schema, of 1 to 63 bytes.
        - Enforcement:SearchPath:3: cannot be $user: names would mean something else for each role; name the schemas.
        - Enforcement:SearchPath:4: cannot be a schema of temporary or internal tables: what clients make there would hide what rules name.
        - Enforcement:SearchPath:5: "public" stands twice.
        - Enforcement:PolicyFile: cannot stand beside Enforcement:Policy: the file's rules replace it; leave one of them out.
        - Enforcement:CatalogRefreshInterval: must be longer than zero and at most 1.00:00:00.
        - Enforcement:CatalogKeepFor: must be longer than zero and at most 1.00:00:00.
        - Enforcement:CatalogReadTimeout: must be longer than zero and at most 00:10:00.
        - Auditing:QueueCapacity: must be between 1 and 10,000,000.
        - Auditing:Overflow: must be one of RefuseConnections, DropRecord.
        - Auditing:Statements: must be one of None, Refused, All.
        - Admin:Database: must be a database name of 1 to 63 bytes.
        - Admin:Scope: must be one scope: ASCII characters without space, " and \.
        - Endpoints:8:Tls: the certificate cannot be used: The certificate contents do not contain a PEM with a CERTIFICATE label, or the content is malformed.
        - Upstream:Servers:empty: Host is missing.
        - Upstream:Servers:remote: Port must be between 1 and 65535.
        - Upstream:Servers:remote: ConnectTimeout must be positive and at most one hour.
        - Upstream:Servers:remote: TlsMode Disable would send passwords and data in clear over the network; use VerifyFull, or set DangerousAllowPlaintextUpstream.
        - Upstream:Servers:remote: ChannelBinding Require needs TLS.
        - Upstream:Servers:remote: Set Password or PasswordFile, not both.
        - Upstream:Servers:local:RootCertificatePath: the file holds no PEM certificate.
        - Upstream:Servers:socket: TlsMode must be Disable for a Unix socket: PostgreSQL speaks TLS over TCP only.
        - Enforcement:PolicyFile: there is no file "/nowhere/at-all".
        """;

    internal static PgOAuthProxyOptions Create()
    {
        var options = new PgOAuthProxyOptions();
        AddEndpoints(options.Endpoints);
        SpoilLimits(options.Limits);
        SpoilAuthentication(options.Authentication);
        SpoilAuthorization(options.Authorization);
        SpoilUpstream(options.Upstream);
        SpoilEnforcement(options.Enforcement);
        options.Auditing.QueueCapacity = 0;
        options.Auditing.Statements = (StatementAudit)9;
        options.Auditing.Overflow = (AuditOverflow)9;
        SpoilPool(options.Pool);
        options.Transport.Kind = (TransportKind)9;
        options.Transport.Loops = -1;
        options.Admin.Scope = "db:admin all";
        options.Admin.Database = new string('a', 64);
        return options;
    }

    private static void AddEndpoints(IList<EndpointOptions> endpoints)
    {
        endpoints.Add(new EndpointOptions { TokenExchange = (TokenExchange)9 });
        endpoints.Add(new EndpointOptions { Address = "db.example.com:6432", DangerousAllowTokensWithoutTls = true });
        endpoints.Add(new EndpointOptions { Address = "unix:relative", DangerousAllowTokensWithoutTls = true });
        endpoints.Add(new EndpointOptions { Address = "127.0.0.1:6432", DangerousAllowTokensWithoutTls = true });
        endpoints.Add(new EndpointOptions { Address = "127.0.0.1:6432", DangerousAllowTokensWithoutTls = true });
        endpoints.Add(new EndpointOptions
        {
            Address = "*:6433",
            TokenExchange = TokenExchange.OAuthBearer,
            Tls =
            {
                Certificate = { KeyPath = Nowhere, Password = "secret-of-the-key" },
                Sni =
                {
                    ["*"] = new CertificateOptions(),
                    ["db.example.com"] = new CertificateOptions { Path = Nowhere },
                },
                ClientCertificateAuthorityPath = Nowhere,
            },
        });
        endpoints.Add(new EndpointOptions
        {
            Address = "*:6434",
            DangerousAllowTokensWithoutTls = true,
            Tls = { ClientCertificate = ClientCertificateMode.Required },
        });
        endpoints.Add(new EndpointOptions
        {
            Address = "*:6435",
            Tls = { Certificate = { Path = typeof(MistakenOptions).Assembly.Location }, ClientCertificate = (ClientCertificateMode)9 },
        });
        endpoints.Add(new EndpointOptions
        {
            Address = "*:6436",
            Tls = { Certificate = { Path = typeof(MistakenOptions).Assembly.Location } },
        });
    }

    private static void SpoilLimits(ProxyLimits limits)
    {
        limits.MaxConnections = 0;
        limits.MaxConnectionsPerAddress = -1;
        limits.MaxUnauthenticatedConnections = 0;
        limits.LoginTimeout = TimeSpan.Zero;
        limits.MaxTokenBytes = 65_001;
        limits.MaxStatementBytes = 0;
        limits.MaxFailedCancelsPerMinute = 0;
        limits.MaxConcurrentCancels = 0;
        limits.CancelTimeout = TimeSpan.FromDays(50);
        limits.DrainTimeout = TimeSpan.FromSeconds(-1);
    }

    private static void SpoilAuthentication(AuthenticationOptions authentication)
    {
        authentication.Issuers.Add(new IssuerOptions());
        authentication.Issuers.Add(new IssuerOptions
        {
            Issuer = "http://login.example.com?tenant=1",
            Audiences = { "" },
            MetadataAddress = "http://login.example.com/metadata",
            JwksUri = "keys",
            Algorithms = { "RS256", "HS256", "none" },
            AllowedClients = { "" },
            AllowedKeyHosts = { "https://keys.example.com/" },
            SubjectClaim = "",
            ClockSkew = TimeSpan.FromMinutes(6),
            MaxTokenLifetime = TimeSpan.Zero,
            KeyRefreshInterval = TimeSpan.FromSeconds(10),
            KeyRefreshMinimumInterval = TimeSpan.FromSeconds(30),
            LastKnownGoodLifetime = TimeSpan.FromSeconds(5),
        });
        authentication.Issuers.Add(new IssuerOptions { Issuer = "https://login.example.com", Audiences = { "postgres" } });
        authentication.Issuers.Add(new IssuerOptions { Issuer = "https://login.example.com", Audiences = { "postgres" } });
        authentication.TokenCacheSize = -1;
        authentication.DiscoveryIssuer = "https://elsewhere.example.com";
        authentication.DiscoveryScope = "say\"so" + new string('s', 2_000);
    }

    private static void SpoilAuthorization(AuthorizationOptions authorization)
    {
        authorization.RoleMap.Add(new RoleMapOptions { Issuer = "https://elsewhere.example.com" });
        authorization.RoleMap.Add(new RoleMapOptions { Claim = "groups", Value = "admins", Role = "postgres" });
        authorization.RoleMap.Add(new RoleMapOptions { Claim = "groups", Value = "readers", Role = "pg_read_all_data" });
        authorization.AllowedRoles.Add("public");
        authorization.UserMatching = (UserMatching)9;
        authorization.RequiredScopes.Add("db:read db:write");
        authorization.ConnectionRules.Add(new ConnectionRuleOptions());
        authorization.ConnectionRules.Add(new ConnectionRuleOptions { Scope = "db:read", Databases = { "" }, Roles = { "*", "nobody-maps-to-it" } });
    }

    private static void SpoilUpstream(UpstreamOptions upstream)
    {
        upstream.Servers.Add("empty", new UpstreamServerOptions());
        upstream.Servers.Add("remote", new UpstreamServerOptions
        {
            Host = "db.example.com",
            Port = 0,
            Username = "",
            Password = "secret-of-the-service",
            PasswordFile = Nowhere,
            TlsMode = UpstreamTlsMode.Disable,
            TlsNegotiation = (UpstreamTlsNegotiation)9,
            ChannelBinding = ChannelBindingMode.Require,
            ClientCertificate = { KeyPath = Nowhere },
            ConnectTimeout = TimeSpan.Zero,
        });
        upstream.Servers.Add("local", new UpstreamServerOptions
        {
            Host = "localhost",
            Username = "service",
            RootCertificatePath = typeof(MistakenOptions).Assembly.Location,
            ChannelBinding = (ChannelBindingMode)9,
        });
        upstream.Servers.Add("socket", new UpstreamServerOptions { Host = "/run/postgresql", Username = "service", TlsMode = UpstreamTlsMode.VerifyFull });
        upstream.Servers.Add("odd", new UpstreamServerOptions { Host = "localhost", Username = "service", TlsMode = (UpstreamTlsMode)9 });
        upstream.Mode = UpstreamMode.AssumeRole;
        upstream.Routes.Add(new RouteOptions());
        upstream.Routes.Add(new RouteOptions { Server = "mian", Database = "", UpstreamDatabase = new string('d', 64), SniHost = "not a host", Claim = "tenant" });
        upstream.Routes.Add(new RouteOptions { Server = "local", ClaimValue = "a", PoolMode = (PoolMode)9, PoolSize = 0, Gate = (GateMode)9 });
        upstream.HandOnClaims = false;
        upstream.ClaimSettings.Add("tenant");
        upstream.ClaimSettings.Add("Tenant");
        upstream.ClaimSettings.Add("sub");
        upstream.ClaimSettings.Add("/2nd");
        upstream.ClaimSettings.Add("");
        upstream.AllowedStartupParameters.Add("session_authorization");
        upstream.AllowedStartupParameters.Add("replication");
        upstream.AllowedStartupParameters.Add("no name");
    }

    private static void SpoilEnforcement(EnforcementOptions enforcement)
    {
        enforcement.Mode = (GateMode)9;
        enforcement.SearchPath.Add("");
        enforcement.SearchPath.Add(new string('é', 32));
        enforcement.SearchPath.Add("$user");
        enforcement.SearchPath.Add("pg_temp");
        enforcement.SearchPath.Add("public");
        enforcement.Policy.Deny.Add(new StatementRule());
        enforcement.PolicyFile = Nowhere;
        enforcement.CatalogRefreshInterval = TimeSpan.Zero;
        enforcement.CatalogKeepFor = TimeSpan.FromDays(2);
        enforcement.CatalogReadTimeout = TimeSpan.FromMinutes(11);
    }

    private static void SpoilPool(PoolOptions pool)
    {
        pool.Mode = (PoolMode)9;
        pool.Size = 0;
        pool.MinSize = 1;
        pool.Reserve = -1;
        pool.ReserveAfter = TimeSpan.FromSeconds(-1);
        pool.WaitTimeout = TimeSpan.Zero;
        pool.WaitNotice = TimeSpan.FromSeconds(-1);
        pool.ServerLifetime = TimeSpan.Zero;
        pool.ServerIdleTimeout = TimeSpan.Zero;
        pool.RetryDelay = TimeSpan.Zero;
        pool.IdleTransactionTimeout = TimeSpan.FromDays(2);
        pool.MaxPreparedStatements = 0;
        pool.TenantClaim = " ";
        pool.MaxServerConnections = -1;
        pool.MaxPerTenant = -1;
        pool.MaxPerPrincipal = -1;
        pool.MaxPools = 0;
    }
}
