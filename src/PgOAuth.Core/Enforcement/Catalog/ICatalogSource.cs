namespace PgOAuth.Enforcement.Catalog;

/// <summary>Stage 7: where snapshots come from.</summary>
internal interface ICatalogSource
{
    /// <summary>Reads the catalog, or finds that it is still the previous one.</summary>
    /// <param name="key">Which.</param>
    /// <param name="previous">What was read before, or null.</param>
    /// <param name="roles">Whose schemas have to be known.</param>
    ValueTask<CatalogReadResult> ReadAsync(CatalogKey key, CatalogSnapshot? previous, IReadOnlyCollection<string> roles, CancellationToken cancellationToken);
}
