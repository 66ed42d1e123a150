namespace PgOAuth.Options.Validation;

/// <summary>All stages: <c>Limits</c>.</summary>
internal static class LimitRules
{
    /// <summary>PostgreSQL's MaxAllocSize: it takes no longer message.</summary>
    private const int LongestMessage = 0x3fff_ffff;

    internal static void Check(ProxyLimits limits, OptionMistakes mistakes)
    {
        mistakes.CheckRange("Limits:MaxConnections", limits.MaxConnections, 1, 1_000_000);
        mistakes.CheckRange("Limits:MaxConnectionsPerAddress", limits.MaxConnectionsPerAddress, 1, 1_000_000);
        mistakes.CheckRange("Limits:MaxUnauthenticatedConnections", limits.MaxUnauthenticatedConnections, 1, 1_000_000);
        mistakes.CheckPositive("Limits:LoginTimeout", limits.LoginTimeout, TimeSpan.FromMinutes(10));
        mistakes.CheckRange("Limits:MaxTokenBytes", limits.MaxTokenBytes, 1, 65_000);
        mistakes.CheckRange("Limits:MaxStatementBytes", limits.MaxStatementBytes, 1, LongestMessage);
        mistakes.CheckRange("Limits:MaxFailedCancelsPerMinute", limits.MaxFailedCancelsPerMinute, 1, 1_000_000);
        mistakes.CheckRange("Limits:MaxConcurrentCancels", limits.MaxConcurrentCancels, 1, 1_000_000);
        mistakes.CheckPositive("Limits:CancelTimeout", limits.CancelTimeout, TimeSpan.FromMinutes(10));
        mistakes.CheckRange("Limits:DrainTimeout", limits.DrainTimeout, TimeSpan.Zero, TimeSpan.FromDays(1));
    }
}
