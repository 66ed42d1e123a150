using System.Text.Json;
using PgOAuth.Enforcement.Policy;

namespace PgOAuth.Enforcement;

/// <summary>What the policy says of one statement of a text, and why. Immutable.</summary>
public sealed class StatementExplanation
{
    private readonly Explanation _explanation;

    internal StatementExplanation(Explanation explanation)
    {
        _explanation = explanation;
        Accesses = [.. explanation.Entries.Select(Read)];
    }

    /// <summary>PostgreSQL's name of the statement's kind: <c>SelectStmt</c>.</summary>
    public string Kind => _explanation.Kind;

    /// <summary>Whether all that it needs is allowed.</summary>
    public bool IsAllowed => _explanation.Decision.IsAllowed;

    /// <summary>Sixteen digits that are the same for statements that differ in values only.</summary>
    public string Fingerprint => _explanation.Fingerprint.HashText;

    /// <summary>The statement without its values.</summary>
    public string Text => _explanation.Fingerprint.Text;

    /// <summary>What is wrong, as the client would be told; null when it is allowed.</summary>
    public string? Message => _explanation.Decision.Refusal?.Message;

    /// <summary>What would help; null when there is nothing, or nothing is wrong.</summary>
    public string? Hint => _explanation.Decision.Refusal?.Hint;

    /// <summary>Each thing that it needs.</summary>
    public IReadOnlyList<StatementAccess> Accesses { get; }

    /// <summary>For a terminal: the verdict, and each need below the part of the statement that it comes from. Holds the statement, values and all.</summary>
    public override string ToString() => _explanation.ToString();

    internal void WriteTo(Utf8JsonWriter writer) => _explanation.WriteTo(writer);

    private static StatementAccess Read(DecisionTraceEntry entry) => new()
    {
        Need = entry.Subject,
        IsAllowed = entry.Refusal is null,
        Rule = entry.Rule?.Name,
        Scope = entry.Rule?.Scope,
        Reason = entry.Refusal?.Word,
        NeededScopes = entry.Refusal?.Scopes ?? [],
        Start = entry.Start,
        End = entry.End,
    };
}
