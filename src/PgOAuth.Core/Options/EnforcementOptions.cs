using PgOAuth.Enforcement.Catalog;

namespace PgOAuth.Options;

/// <summary>Stage 7: which statements the scopes of a token allow.</summary>
public sealed class EnforcementOptions
{
    private GateMode? _mode;

    /// <summary>What the statement gate does. A route can say otherwise.</summary>
    /// <value>
    /// Default: <see cref="GateMode.Enforce"/> when there is a policy (<see cref="PolicyFile"/>, or any rule in <see cref="Policy"/>),
    /// else <see cref="GateMode.Off"/>.
    /// </value>
    public GateMode Mode
    {
        // Rules that somebody wrote are not passed over in silence; whoever wants that says Off.
        get => _mode ?? (PolicyFile is not null || Policy.HasRules ? GateMode.Enforce : GateMode.Off);
        set => _mode = value;
    }

    /// <summary>
    /// The schemas in which names without a schema are looked up, exactly as they are in the catalog. Where the gate is on, a session's
    /// search_path is this and cannot be changed.
    /// </summary>
    /// <value>Default: <c>public</c>. A configuration that says anything else replaces it.</value>
    public IList<string> SearchPath { get; } = [DefaultSchema];

    /// <summary>The rules. They take effect on every live session at its next message.</summary>
    public StatementPolicyOptions Policy { get; } = new();

    /// <summary>
    /// A JSON file with the rules, in place of <see cref="Policy"/>. A proxy in a host reads its settings again when the file changes; one
    /// with mistakes leaves the old rules in force.
    /// </summary>
    /// <value>Default: null, none.</value>
    public string? PolicyFile { get; set; }

    /// <summary>How old the picture of a database's catalog gets before the server is asked whether anything changed.</summary>
    /// <value>Default: 1 minute.</value>
    public TimeSpan CatalogRefreshInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long that picture is used while the server cannot be asked; afterwards statements that name anything are refused.</summary>
    /// <value>Default: 5 minutes. Not shorter than <see cref="CatalogRefreshInterval"/>.</value>
    public TimeSpan CatalogKeepFor { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long reading a catalog may take, connecting included.</summary>
    /// <value>Default: 30 seconds.</value>
    public TimeSpan CatalogReadTimeout { get; set; } = TimeSpan.FromSeconds(30);

    internal const string DefaultSchema = "public";

    /// <summary>The times above, with what cannot be configured.</summary>
    internal CatalogLimits CatalogLimits => new()
    {
        ReadTimeout = CatalogReadTimeout,
        RefreshInterval = CatalogRefreshInterval,
        KeepFor = CatalogKeepFor,
    };
}
