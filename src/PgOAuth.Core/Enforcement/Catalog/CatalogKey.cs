namespace PgOAuth.Enforcement.Catalog;

/// <summary>Stage 7: which catalog: that of a database on a server of <c>Upstream:Servers</c>.</summary>
/// <param name="Server">The server's name in the options.</param>
/// <param name="Database">The database on it.</param>
internal readonly record struct CatalogKey(string Server, string Database)
{
    public override string ToString() => $"{Server}/{Database}";
}
