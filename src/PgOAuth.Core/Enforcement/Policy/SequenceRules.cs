using PgOAuth.Sql.Resolution;

namespace PgOAuth.Enforcement.Policy;

/// <summary>The functions that use a sequence, which are judged by the sequence they name (stage 7).</summary>
internal static class SequenceRules
{
    /// <summary>What it takes on the sequence; none for all other functions.</summary>
    internal static StatementPermissions Of(SqlFunction function)
    {
        if (!function.Schema.Is("pg_catalog"u8))
        {
            return StatementPermissions.None;
        }

        return function.Name.Is("nextval"u8) ? StatementPermissions.Insert | StatementPermissions.Update
            : function.Name.Is("currval"u8) ? StatementPermissions.Select | StatementPermissions.Insert | StatementPermissions.Update
            : function.Name.Is("setval"u8) ? StatementPermissions.Update
            : StatementPermissions.None;
    }

    /// <summary>Whether each call of such a function has the sequence that it names beside it.</summary>
    internal static bool IsNamed(SqlAccessList accesses, SqlFunction function)
    {
        var calls = 0;
        foreach (ref readonly var access in accesses.Accesses)
        {
            // Of a name that may mean several sequences, one is the call's.
            if (access.Kind is SqlAccessKind.Call or SqlAccessKind.Name && (access.Flags & SqlAccessFlags.Entire) == 0 && accesses.Functions(access).Contains(function))
            {
                calls += access.Kind is SqlAccessKind.Call ? 1 : -1;
            }
        }

        return calls <= 0;
    }
}
