using System.Diagnostics.CodeAnalysis;

namespace PgOAuth.Enforcement.Catalog;

/// <summary>Stage 7: a snapshot, new or the one there was, or why there is none. <c>default</c> is a failure.</summary>
internal readonly struct CatalogReadResult
{
    private readonly string? _problem;

    private CatalogReadResult(CatalogSnapshot? snapshot, string? problem)
    {
        Snapshot = snapshot;
        _problem = problem;
    }

    [MemberNotNullWhen(true, nameof(Snapshot))]
    internal bool IsRead => Snapshot is not null;

    /// <summary>The very object that was given when nothing changed.</summary>
    internal CatalogSnapshot? Snapshot { get; }

    /// <summary>Why there is none, for the log.</summary>
    internal string Problem => _problem ?? "the catalog was not read";

    internal static CatalogReadResult Read(CatalogSnapshot snapshot) => new(snapshot, null);

    internal static CatalogReadResult Failed(string problem) => new(null, problem);
}
