namespace PgOAuth.IntegrationTests.Soak;

/// <summary>One statement of a simple query, and what may answer it.</summary>
internal sealed record SoakStatement(string Sql, string Tag)
{
    /// <summary>What the first column of each row, and each line of COPY, begins with; null when there must be no row.</summary>
    public string? Nonce { get; init; }

    /// <summary>The error it has to end in.</summary>
    public string? Fails { get; init; }

    /// <summary>An error it can end in.</summary>
    public string? MayFail { get; init; }

    /// <summary>The name of the statement that DEALLOCATE removes; null for all.</summary>
    public string? Deallocates { get; init; }

    /// <summary>Whether the row is the session's application name.</summary>
    public bool ShowsName { get; init; }
}
