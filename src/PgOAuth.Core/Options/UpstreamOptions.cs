namespace PgOAuth.Options;

/// <summary>Stage 5: the PostgreSQL servers, and who a session is there.</summary>
public sealed class UpstreamOptions
{
    /// <summary>Who the session is upstream.</summary>
    /// <value>Default: <see cref="UpstreamMode.AssumeRole"/>.</value>
    public UpstreamMode Mode { get; set; } = UpstreamMode.AssumeRole;

    /// <summary>The servers, by a name of your choice.</summary>
    public IDictionary<string, UpstreamServerOptions> Servers { get; } = new Dictionary<string, UpstreamServerOptions>(StringComparer.Ordinal);

    /// <summary>Which session goes to which server; the first rule that matches decides.</summary>
    /// <value>Default: empty; with exactly one server every session goes there, to the database it asked for.</value>
    public IList<RouteOptions> Routes { get; } = [];

    /// <summary>
    /// Claims handed on as settings <c>pgoauth.&lt;claim&gt;</c>, beside <c>pgoauth.sub</c>, <c>pgoauth.iss</c>,
    /// <c>pgoauth.client_id</c> and <c>pgoauth.scope</c>. Row security policies can read them; clients cannot set them.
    /// </summary>
    /// <value>Default: empty.</value>
    public IList<string> ClaimSettings { get; } = [];

    /// <summary>Whether claims are handed on as settings at all.</summary>
    /// <value>
    /// Default: null: true in <c>AssumeRole</c> mode, false in <c>Login</c> mode. True in <c>Login</c> mode turns the session-state
    /// guard on there too, for without it a client could overwrite them.
    /// </value>
    public bool? HandOnClaims { get; set; }

    internal bool HandsOnClaims => HandOnClaims ?? Mode == UpstreamMode.AssumeRole;

    /// <summary>Startup parameters that clients may send on, beside the built-in harmless ones.</summary>
    /// <value>Default: empty. Names that would change the role, the lexer or PgOAuth's own settings are refused at start.</value>
    public IList<string> AllowedStartupParameters { get; } = [];

    /// <summary>Accept a service login that is superuser, and mapped roles that are superuser, replication or BYPASSRLS.</summary>
    /// <value>Default: false. A warning is logged at start when set.</value>
    public bool DangerousAllowPrivilegedRoles { get; set; }
}
