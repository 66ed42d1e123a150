namespace PgOAuth.Options;

/// <summary>Stage 7: which statements the scopes of a token allow.</summary>
public sealed class EnforcementOptions
{
    /// <summary>What the statement gate does. A route can say otherwise.</summary>
    /// <value>Default: <see cref="GateMode.Off"/>.</value>
    public GateMode Mode { get; set; } = GateMode.Off;

    /// <summary>
    /// The schemas in which names without a schema are looked up, exactly as they are in the catalog. Where the gate is on, a session's
    /// search_path is this and cannot be changed.
    /// </summary>
    /// <value>Default: <c>public</c>.</value>
    public IList<string> SearchPath { get; } = ["public"];

    /// <summary>The rules. They take effect on every live session at its next message.</summary>
    public StatementPolicyOptions Policy { get; } = new();
}
