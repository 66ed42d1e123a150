namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>All known ways.</summary>
internal static class LeakThreats
{
    public static IReadOnlyList<LeakThreat> All { get; } = [.. LeakThreatsOfNames.All, .. LeakThreatsOfColumns.All, .. LeakThreatsOfStatements.All];

    /// <summary>Those that a server of this version can be told.</summary>
    public static IEnumerable<LeakThreat> For(int major) => All.Where(threat => threat.Since <= major);
}
