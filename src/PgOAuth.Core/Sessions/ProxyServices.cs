using Microsoft.Extensions.Logging;
using PgOAuth.Auditing;
using PgOAuth.Diagnostics;
using PgOAuth.Enforcement.Catalog;
using PgOAuth.Enforcement.Policy;
using PgOAuth.Operations;
using PgOAuth.Pooling;
using PgOAuth.Startup;

namespace PgOAuth.Sessions;

/// <summary>What all sessions of one proxy share.</summary>
internal sealed record ProxyServices(
    string ProxyName,
    SessionRegistry Sessions,
    CancelRequestRouter Cancels,
    PoolDirectory Pools,
    AuditQueue Audit,
    PgOAuthMetrics Metrics,
    TimeProvider Time,
    ILogger Logger,
    ProxyControl Control,
    LoopCounters Counters,
    PolicyHolder Policy,
    CatalogCache Catalogs);
