using System.Text;

namespace PgOAuth.Enforcement.Catalog;

/// <summary>
/// Stage 7: what the reader asks. Works on PostgreSQL 13 to 18. Every name and operator is qualified (A11); nothing is called that
/// looks with a fresh snapshot, locks, or shows table content. Temporary and TOAST schemas are left out: no text can mean them.
/// </summary>
internal static class CatalogQueries
{
    /// <summary>FirstNormalObjectId: what is the server's own has smaller numbers.</summary>
    private const string MadeLater = "OPERATOR(pg_catalog.>=) 16384";

    /// <summary>One snapshot for all that is asked.</summary>
    internal const string Begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ";

    internal const string Commit = "; COMMIT";

    private const string NamedSchema =
        "pg_catalog.left(n.nspname::pg_catalog.text, 8) OPERATOR(pg_catalog.<>) 'pg_temp_' AND pg_catalog.left(n.nspname::pg_catalog.text, 8) OPERATOR(pg_catalog.<>) 'pg_toast'";

    private const string LastingRelation = "c.relpersistence OPERATOR(pg_catalog.<>) 't' AND c.relkind OPERATOR(pg_catalog.<>) 't'";

    private const string WithColumns = LastingRelation + " AND c.relkind OPERATOR(pg_catalog.<>) 'i' AND c.relkind OPERATOR(pg_catalog.<>) 'I'";

    /// <summary>
    /// Changes whenever a row that is read below does: every change of a row gives it another xmin, whichever order transactions
    /// commit in, and a sum of hashes notices rows that come and go. Not noticed: two changes 2³² transactions apart, and a
    /// collision of 64-bit hashes. Scans pg_attribute and a few smaller catalogs, so it costs the server some 50 ms for 100,000 columns.
    /// </summary>
    internal static readonly string Fingerprint =
        "SELECT pg_catalog.current_setting('server_version_num'), pg_catalog.current_database(), "
        + "(SELECT " + Sum("n.oid::pg_catalog.int8", "n") + " FROM pg_catalog.pg_namespace AS n WHERE " + NamedSchema + "), "
        + "(SELECT " + Sum("c.oid::pg_catalog.int8", "c") + " FROM pg_catalog.pg_class AS c WHERE " + LastingRelation + "), "
        + "(SELECT " + Sum("(a.attrelid::pg_catalog.int8 OPERATOR(pg_catalog.<<) 16) OPERATOR(pg_catalog.+) a.attnum", "a")
        + " FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) a.attrelid WHERE a.attnum OPERATOR(pg_catalog.>) 0 AND " + WithColumns + "), "
        + "(SELECT " + Sum("(i.inhrelid::pg_catalog.int8 OPERATOR(pg_catalog.<<) 32) OPERATOR(pg_catalog.+) i.inhparent::pg_catalog.int8", "i") + " FROM pg_catalog.pg_inherits AS i), "
        + "(SELECT " + Sum("p.oid::pg_catalog.int8", "p") + " FROM pg_catalog.pg_proc AS p), "
        // Row types and their arrays come and go with their relations; without them temporary tables make no noise here.
        + "(SELECT " + Sum("t.oid::pg_catalog.int8", "t") + " FROM pg_catalog.pg_type AS t WHERE t.typrelid OPERATOR(pg_catalog.=) 0 AND t.typelem OPERATOR(pg_catalog.=) 0), "
        + "(SELECT " + Sum("o.oid::pg_catalog.int8", "o") + " FROM pg_catalog.pg_operator AS o WHERE o.oid " + MadeLater + "), "
        + "(SELECT " + Sum("k.oid::pg_catalog.int8", "k") + " FROM pg_catalog.pg_cast AS k WHERE k.oid " + MadeLater + "), "
        + "(SELECT " + Sum("r.oid::pg_catalog.int8", "r") + " FROM pg_catalog.pg_rewrite AS r)";

    /// <summary>The results of <see cref="Content"/>, in their order.</summary>
    internal enum Result
    {
        Schemas,
        Relations,
        Columns,
        Inheritance,
        Functions,
        OutColumns,
        Types,
        Operators,
        Casts,
    }

    internal const string Content =
        "SELECT n.oid, n.nspname FROM pg_catalog.pg_namespace AS n WHERE " + NamedSchema
        + "; SELECT c.oid, c.relnamespace, c.relname, c.relkind, c.relispartition FROM pg_catalog.pg_class AS c WHERE " + LastingRelation
        + "; SELECT a.attrelid, a.attnum, a.attname, a.atttypid FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) a.attrelid "
        + "WHERE a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped AND " + WithColumns + " ORDER BY a.attrelid, a.attnum"
        + "; SELECT i.inhrelid, i.inhparent FROM pg_catalog.pg_inherits AS i ORDER BY i.inhrelid, i.inhseqno"
        + "; SELECT p.oid, p.pronamespace, p.proname, p.prokind, p.proargtypes, p.pronargdefaults, p.provariadic OPERATOR(pg_catalog.<>) 0, p.prorettype, p.proretset, p.prosecdef FROM pg_catalog.pg_proc AS p"
        + "; SELECT p.oid, COALESCE(a.name, ''), a.type FROM pg_catalog.pg_proc AS p CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(p.proallargtypes), pg_catalog.unnest(p.proargmodes), pg_catalog.unnest(p.proargnames)) "
        + "WITH ORDINALITY AS a (type, mode, name, place) WHERE p.proargmodes IS NOT NULL AND a.mode OPERATOR(pg_catalog.<>) 'i' AND a.mode OPERATOR(pg_catalog.<>) 'v' ORDER BY p.oid, a.place"
        + "; SELECT t.oid, t.typnamespace, t.typname, t.typtype, t.typrelid, t.typbasetype, CASE WHEN t.typlen OPERATOR(pg_catalog.=) '-1' THEN t.typelem ELSE 0 END FROM pg_catalog.pg_type AS t"
        + "; SELECT o.oprnamespace, o.oprname, o.oprleft, o.oprright, o.oprcode::pg_catalog.oid FROM pg_catalog.pg_operator AS o WHERE o.oid " + MadeLater
        + "; SELECT k.castsource, k.casttarget, k.castfunc, k.castcontext OPERATOR(pg_catalog.=) 'i' FROM pg_catalog.pg_cast AS k WHERE k.castfunc OPERATOR(pg_catalog.<>) 0 AND k.oid " + MadeLater;

    /// <summary>Which schemas a role may look into: PostgreSQL passes over the others on its search_path (recomputeNamespacePath).</summary>
    internal static string Usage(IReadOnlyCollection<string> roles)
    {
        var sql = new StringBuilder("SELECT r.rolname, n.oid FROM pg_catalog.pg_roles AS r, pg_catalog.pg_namespace AS n WHERE r.rolname OPERATOR(pg_catalog.=) ANY (ARRAY[");
        foreach (var role in roles)
        {
            sql.Append('\'').Append(role.Replace("'", "''", StringComparison.Ordinal)).Append("', ");
        }

        // ARRAY[] would have no type, and NULL equals no name.
        return sql.Append("NULL]::pg_catalog.name[]) AND ").Append(NamedSchema).Append(" AND pg_catalog.has_schema_privilege(r.oid, n.oid, 'USAGE') ORDER BY r.oid, n.oid").ToString();
    }

    private static string Sum(string key, string alias) => $"COALESCE(pg_catalog.sum(pg_catalog.hashint8extended({key}, {alias}.xmin::pg_catalog.text::pg_catalog.int8)), 0)";
}
