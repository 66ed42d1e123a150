namespace PgOAuth.Enforcement.Catalog;

/// <summary>Stage 7: takes the rows of a query as they come.</summary>
internal interface ICatalogRows
{
    /// <summary>Takes a row of the result of this number, from 0. False: the row is not what was asked for.</summary>
    bool TryAdd(int result, ref CatalogRow row);
}
