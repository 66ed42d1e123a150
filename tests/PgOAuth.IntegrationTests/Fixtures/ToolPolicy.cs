using PgOAuth.Options;

namespace PgOAuth.IntegrationTests.Fixtures;

/// <summary>The statement gate as an administrator would set it for tools that read, write and migrate.</summary>
internal static class ToolPolicy
{
    /// <summary>Turns the gate on: <c>db:read</c> reads, <c>db:write</c> does everything that is not dangerous, and what these tests check.</summary>
    public static void Apply(PgOAuthProxyOptions options)
    {
        options.Enforcement.Mode = GateMode.Enforce;
        options.Enforcement.SearchPath.Clear();
        options.Enforcement.SearchPath.Add("public");
        options.Enforcement.Policy
            .AddScope("db:read", static scope => scope.Select("*.*"))
            .AddScope("db:write", static scope => scope
                .Everything()
                .Allow(["DangerousNotifications"])
                .Functions("pg_catalog.pg_sleep", "pg_catalog.pg_notify")
                .Select("pg_catalog.pg_locks", "pg_catalog.pg_stat_activity", "pg_catalog.pg_db_role_setting")
                .Settings("*"));
    }
}
