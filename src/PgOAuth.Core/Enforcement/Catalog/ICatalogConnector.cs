using PgOAuth.Upstream;

namespace PgOAuth.Enforcement.Catalog;

/// <summary>Stage 7: opens the proxy's own connection to read a catalog over.</summary>
internal interface ICatalogConnector
{
    ValueTask<UpstreamConnectResult> ConnectAsync(CatalogKey key, CancellationToken cancellationToken);
}
