namespace PgOAuth.Enforcement.Catalog;

/// <summary>Stage 7: what came of one step of reading. <c>default</c> is a failure.</summary>
internal readonly struct CatalogStep
{
    private readonly string? _problem;

    private CatalogStep(bool isDone, string? problem)
    {
        IsDone = isDone;
        _problem = problem;
    }

    internal bool IsDone { get; }

    /// <summary>Why it failed, for the log; meaningless when it did not.</summary>
    internal string Problem => _problem ?? "a step of reading the catalog gave no result";

    internal static CatalogStep Done => new(true, null);

    internal static CatalogStep Failed(string problem) => new(false, problem);
}
