namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>One known way to what is protected.</summary>
/// <param name="Id">Of the list of threats.</param>
/// <param name="Harm">What happens without the gate.</param>
/// <param name="Steps">Its statements, in one session and one transaction.</param>
internal sealed record LeakThreat(string Id, LeakHarm Harm, params string[] Steps)
{
    /// <summary>The first server that knows its syntax or functions.</summary>
    public int Since { get; init; } = 15;

    public override string ToString() => $"{Id}: {string.Join("; ", Steps)}";
}
