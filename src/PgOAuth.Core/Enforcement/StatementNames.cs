namespace PgOAuth.Enforcement;

/// <summary>The names in a text by which statements reach what other statements made (stage 7; threat A25).</summary>
internal sealed class StatementNames
{
    /// <summary>Prepared by PREPARE, folded and cut as PostgreSQL does it.</summary>
    internal List<byte[]> Prepares { get; } = [];

    /// <summary>Run by EXECUTE, wherever it stands; but for those which the same text has prepared before.</summary>
    internal List<byte[]> Executes { get; } = [];

    /// <summary>Whether a cursor is read or moved: FETCH, MOVE, WHERE CURRENT OF.</summary>
    internal bool UsesCursor { get; set; }

    /// <summary>Whether a cursor is declared that outlives its transaction.</summary>
    internal bool DeclaresHold { get; set; }
}
