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
                .Functions("pg_catalog.pg_sleep", "pg_catalog.pg_notify", "pg_catalog.pg_advisory_xact_lock", "pg_catalog.pg_advisory_lock", "pg_catalog.pg_advisory_unlock_all")
                .Functions("pg_catalog.lo_creat", "pg_catalog.lo_create", "pg_catalog.lo_open", "pg_catalog.lo_close", "pg_catalog.loread", "pg_catalog.lowrite", "pg_catalog.lo_unlink").Named("large objects")
                .Functions("pg_catalog.lo_lseek", "pg_catalog.lo_lseek64", "pg_catalog.lo_tell", "pg_catalog.lo_tell64", "pg_catalog.lo_truncate", "pg_catalog.lo_truncate64").Named("large objects")
                .Select("pg_catalog.pg_locks", "pg_catalog.pg_stat_activity", "pg_catalog.pg_db_role_setting")
                .Functions("pg_catalog.pg_get_functiondef", "pg_catalog.pg_export_snapshot").Named("pg_dump")
                .Select("pg_catalog.pg_init_privs", "pg_catalog.pg_foreign_data_wrapper", "pg_catalog.pg_foreign_server", "pg_catalog.pg_user_mappings", "pg_catalog.pg_subscription", "pg_catalog.pg_seclabels", "pg_catalog.pg_shseclabel").Named("pg_dump")
                .Settings("*"));
    }
}
