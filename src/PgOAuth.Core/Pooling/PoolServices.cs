using PgOAuth.Options;
using PgOAuth.Relay;

namespace PgOAuth.Pooling;

/// <summary>What all pools of one proxy share (stage 5).</summary>
internal sealed record PoolServices(PoolOptions Options, PoolBudget Budget, ReportedSettingsTable Settings, TimeProvider Time, Action PokeAll, CancellationToken Stopping);
