using PgOAuth.Upstream;

namespace PgOAuth.Pooling;

/// <summary>
/// Stage 5: what server connections must have in common to be shared (B01). Settings are those of the startup message which the
/// server does not report; the reported ones are kept true for each session (<c>Relay/Prelude</c>).
/// </summary>
internal sealed record PoolKey(string Tenant, UpstreamServer Server, string Database, string Role, string Username, string Certificate, string Settings, RoutePool Route);
