namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>What came back for one step.</summary>
internal sealed record LeakAnswer
{
    /// <summary>Of the first error; null for none.</summary>
    public string? SqlState { get; init; }

    /// <summary>All fields of the first error.</summary>
    public string? Error { get; init; }

    /// <summary>Rows and pieces of COPY data.</summary>
    public int Rows { get; init; }

    /// <summary>In which form a protected value was in it, and what stood around it; null for none.</summary>
    public string? Leak { get; init; }

    /// <summary>Whether the session is over.</summary>
    public bool IsEnd { get; init; }
}
