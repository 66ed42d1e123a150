namespace PgOAuth.Options;

/// <summary>What every session may do, whatever its scopes.</summary>
public sealed class PolicyDefaults
{
    /// <summary>Transactions, savepoints, cursors by name, DEALLOCATE, DISCARD, SET CONSTRAINTS.</summary>
    /// <value>Default: true.</value>
    public bool SessionCommands { get; set; } = true;

    /// <summary>PostgreSQL's functions that only compute.</summary>
    /// <value>Default: true.</value>
    public bool HarmlessFunctions { get; set; } = true;

    /// <summary>The catalog relations that drivers and tools read, without those that show other people's data.</summary>
    /// <value>Default: true.</value>
    public bool Metadata { get; set; } = true;

    /// <summary>Settings that change nothing but formats, timeouts and the kind of transaction.</summary>
    /// <value>Default: true.</value>
    public bool HarmlessSettings { get; set; } = true;

    /// <summary>What else is allowed to everybody.</summary>
    public IList<StatementRule> Allow { get; } = [];
}
