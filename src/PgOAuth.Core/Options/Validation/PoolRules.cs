namespace PgOAuth.Options.Validation;

/// <summary>Stage 5: <c>Pool</c>.</summary>
internal static class PoolRules
{
    /// <summary>More than a PostgreSQL server takes.</summary>
    internal const int MostConnections = 100_000;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    internal static void Check(PoolOptions pool, OptionMistakes mistakes)
    {
        mistakes.CheckDefined("Pool:Mode", pool.Mode);
        mistakes.CheckRange("Pool:Size", pool.Size, 1, MostConnections);
        mistakes.CheckRange("Pool:MinSize", pool.MinSize, 0, MostConnections);
        mistakes.CheckRange("Pool:Reserve", pool.Reserve, 0, MostConnections);
        mistakes.CheckRange("Pool:ReserveAfter", pool.ReserveAfter, TimeSpan.Zero, Day);
        mistakes.CheckPositive("Pool:WaitTimeout", pool.WaitTimeout, Day);
        mistakes.CheckRange("Pool:WaitNotice", pool.WaitNotice, TimeSpan.Zero, Day);
        mistakes.CheckPositive("Pool:ServerLifetime", pool.ServerLifetime, TimeSpan.FromDays(30));
        mistakes.CheckPositive("Pool:ServerIdleTimeout", pool.ServerIdleTimeout, TimeSpan.FromDays(30));
        mistakes.CheckPositive("Pool:RetryDelay", pool.RetryDelay, TimeSpan.FromHours(1));
        mistakes.CheckRange("Pool:IdleTransactionTimeout", pool.IdleTransactionTimeout, TimeSpan.Zero, Day);
        mistakes.CheckRange("Pool:MaxPreparedStatements", pool.MaxPreparedStatements, 1, 100_000);
        mistakes.CheckRange("Pool:MaxServerConnections", pool.MaxServerConnections, 0, MostConnections);
        mistakes.CheckRange("Pool:MaxPerTenant", pool.MaxPerTenant, 0, MostConnections);
        mistakes.CheckRange("Pool:MaxPerPrincipal", pool.MaxPerPrincipal, 0, MostConnections);
        mistakes.CheckRange("Pool:MaxPools", pool.MaxPools, 1, MostConnections);
        if (pool.MinSize > pool.Size && pool.MinSize <= MostConnections)
        {
            mistakes.Add("Pool:MinSize", "must not be larger than Size.");
        }

        if (pool.TenantClaim is not null && string.IsNullOrWhiteSpace(pool.TenantClaim))
        {
            mistakes.Add("Pool:TenantClaim", "must name a claim, or be left out: then the issuer is the tenant.");
        }
    }
}
