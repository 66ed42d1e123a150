using PgOAuth.Enforcement;

namespace PgOAuth.Auditing;

/// <summary>One statement of a text that the gate judged: what it is without its values, and what it needs. Immutable.</summary>
public sealed record AuditedStatement
{
    /// <summary>PostgreSQL's name of its kind: <c>SelectStmt</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Sixteen digits that are the same for statements that differ in values only, on every machine and for every run.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The statement without its values: each literal is a question mark. At most 1,024 bytes.</summary>
    public required string Text { get; init; }

    /// <summary>Whether everything that it needs is allowed.</summary>
    public required bool IsAllowed { get; init; }

    /// <summary>What it needs, each thing once, with the rule that allows it or why it is refused.</summary>
    public required IReadOnlyList<StatementAccess> Accesses { get; init; }

    /// <summary>Whether there is more than <see cref="Accesses"/> has room for (256 in a record). The first thing that is refused is always among them.</summary>
    public bool HasMoreAccesses { get; init; }
}
