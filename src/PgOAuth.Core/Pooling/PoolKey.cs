using PgOAuth.Upstream;

namespace PgOAuth.Pooling;

/// <summary>
/// Stage 5: what server connections must have in common to be shared (B01). Settings are those of the startup message which the
/// server does not report; the reported ones are kept true for each session (<c>Relay/Prelude</c>). The shape is what the
/// proxy's own settings make of every connection, so that a reload which changes it makes other pools.
/// </summary>
internal sealed record PoolKey(
    string Tenant, UpstreamServer Server, string Database, string Role, string Username, string Certificate, string Settings, string Shape, RoutePool Route);
