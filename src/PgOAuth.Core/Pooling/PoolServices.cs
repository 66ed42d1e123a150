using Microsoft.Extensions.Logging;
using PgOAuth.Diagnostics;
using PgOAuth.Operations;
using PgOAuth.Options;
using PgOAuth.Relay;

namespace PgOAuth.Pooling;

/// <summary>What all pools of one proxy share (stage 5).</summary>
internal sealed record PoolServices(
    PoolOptions Options,
    PoolBudget Budget,
    PauseGate Gate,
    ReportedSettingsTable Settings,
    PgOAuthMetrics Metrics,
    TimeProvider Time,
    ILogger Logger,
    Action PokeAll,
    CancellationToken Stopping)
{
    /// <summary>The settings of the moment: a reload brings others.</summary>
    internal PoolOptions Options
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    } = Options;
}
