namespace PgOAuth.Operations;

/// <summary>What came of reading the settings again.</summary>
public sealed class ReloadOutcome
{
    private ReloadOutcome(bool isApplied, IReadOnlyList<string> mistakes, IReadOnlyList<string> needRestart)
    {
        IsApplied = isApplied;
        Mistakes = mistakes;
        NeedRestart = needRestart;
    }

    /// <summary>Whether new sessions use the new settings. When not, nothing has changed.</summary>
    public bool IsApplied { get; }

    /// <summary>Why not.</summary>
    public IReadOnlyList<string> Mistakes { get; }

    /// <summary>Settings that changed but are in force only after a restart.</summary>
    public IReadOnlyList<string> NeedRestart { get; }

    internal static ReloadOutcome Applied(IReadOnlyList<string> needRestart) => new(true, [], needRestart);

    internal static ReloadOutcome Refused(IReadOnlyList<string> mistakes) => new(false, mistakes, []);
}
