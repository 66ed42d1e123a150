namespace PgOAuth.IntegrationTests.Soak;

/// <summary>One message that was sent, and what may answer it.</summary>
internal sealed record SoakIntent(char Type)
{
    /// <summary>The name of the statement, for Parse, Bind, Describe and Close.</summary>
    public string Name { get; init; } = "";

    public string Portal { get; init; } = "";

    public SoakShape? Shape { get; init; }

    public string Nonce { get; init; } = "";

    /// <summary>For Execute: the most rows, 0 for all.</summary>
    public int Rows { get; init; }

    /// <summary>For Execute of COPY: the error that its data ends in.</summary>
    public string? Fails { get; init; }

    /// <summary>For Query: its statements.</summary>
    public IReadOnlyList<SoakStatement> Statements { get; init; } = [];
}
