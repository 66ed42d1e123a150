namespace PgOAuth.Enforcement;

/// <summary>One thing that a statement needs, and where in its text that stands.</summary>
public sealed record ExplainedAccess : StatementAccess
{
    /// <summary>Where it stands in the text, in bytes of UTF-8.</summary>
    public required int Start { get; init; }

    /// <summary>The byte behind it.</summary>
    public required int End { get; init; }
}
