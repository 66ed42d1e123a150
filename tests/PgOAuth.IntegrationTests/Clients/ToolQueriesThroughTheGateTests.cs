using PgOAuth.IntegrationTests.Enforcement.Gate;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.IntegrationTests.Pooling;
using PgOAuth.IntegrationTests.Relay;
using PgOAuth.Options;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients;

/// <summary>
/// What tools with a window ask of the catalog before anybody has typed a statement, in the manner of each, for a token that may read one table:
/// a rule for it is not needed.
/// </summary>
public sealed class ToolQueriesThroughTheGateTests(ProxyFixture shared)
{
    /// <summary>Tool, and query.</summary>
    public static TheoryData<string, string[]> Tools => new()
    {
        {
            "DBeaver",
            [
                "SET application_name = 'DBeaver 25.1 - Main <shop>'",
                "SELECT current_schema(), session_user",
                "SHOW search_path",
                "SELECT version()",
                "SELECT name, setting FROM pg_catalog.pg_settings WHERE name = 'standard_conforming_strings'",
                "select string_agg(word, ',') from pg_catalog.pg_get_keywords() where word <> all ('{a,abs,absolute}'::text[])",
                "SELECT db.oid, db.* FROM pg_catalog.pg_database db WHERE datallowconn AND NOT datistemplate ORDER BY db.datname",
                """
                SELECT n.oid, n.*, d.description FROM pg_catalog.pg_namespace n
                LEFT OUTER JOIN pg_catalog.pg_description d ON d.objoid = n.oid AND d.objsubid = 0 AND d.classoid = 'pg_namespace'::regclass ORDER BY nspname
                """,
                """
                SELECT t.oid, t.*, c.relkind, format_type(nullif(t.typbasetype, 0), t.typtypmod) as base_type_name, d.description FROM pg_catalog.pg_type t
                LEFT OUTER JOIN pg_catalog.pg_type et ON et.oid = t.typelem LEFT OUTER JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
                LEFT OUTER JOIN pg_catalog.pg_description d ON t.oid = d.objoid
                WHERE t.typname IS NOT NULL AND (c.relkind IS NULL OR c.relkind = 'c') AND (et.typcategory IS NULL OR et.typcategory <> 'C')
                """,
                """
                SELECT c.oid, c.*, d.description, pg_catalog.pg_get_expr(c.relpartbound, c.oid) as partition_expr, pg_catalog.pg_get_partkeydef(c.oid) as partition_key
                FROM pg_catalog.pg_class c LEFT OUTER JOIN pg_catalog.pg_description d ON d.objoid = c.oid AND d.objsubid = 0 AND d.classoid = 'pg_class'::regclass
                WHERE c.relnamespace = 2200 AND c.relkind not in ('i', 'I', 'c')
                """,
                "select c.oid, pg_catalog.pg_total_relation_size(c.oid) as total_rel_size, pg_catalog.pg_relation_size(c.oid) as rel_size FROM pg_class c WHERE c.relnamespace = 2200",
                """
                SELECT c.relname, a.attname, a.attnum, a.atttypid, a.attnotnull, a.atthasdef, pg_catalog.pg_get_expr(ad.adbin, ad.adrelid, true) as def_value, dsc.description, dep.objid
                FROM pg_catalog.pg_attribute a INNER JOIN pg_catalog.pg_class c ON (a.attrelid = c.oid)
                LEFT OUTER JOIN pg_catalog.pg_attrdef ad ON (a.attrelid = ad.adrelid AND a.attnum = ad.adnum)
                LEFT OUTER JOIN pg_catalog.pg_description dsc ON (c.oid = dsc.objoid AND a.attnum = dsc.objsubid)
                LEFT OUTER JOIN pg_depend dep on dep.refobjid = a.attrelid AND dep.deptype = 'i' and dep.refobjsubid = a.attnum and dep.classid = dep.refclassid
                WHERE NOT a.attisdropped AND c.relkind not in ('i', 'I', 'c') AND c.oid = 'sales.orders'::regclass ORDER BY a.attnum
                """,
                """
                SELECT c.oid, c.*, t.relname as tabrelname, rt.relnamespace as refnamespace, d.description,
                case when c.contype = 'c' then substring(pg_get_constraintdef(c.oid), 7) else null end consrc_copy
                FROM pg_catalog.pg_constraint c INNER JOIN pg_catalog.pg_class t ON t.oid = c.conrelid LEFT OUTER JOIN pg_catalog.pg_class rt ON rt.oid = c.confrelid
                LEFT OUTER JOIN pg_catalog.pg_description d ON d.objoid = c.oid AND d.objsubid = 0 AND d.classoid = 'pg_constraint'::regclass WHERE t.relnamespace = 2200
                """,
                """
                SELECT i.*, i.indkey as keys, c.relname, c.relam, tc.relname as tabrelname, pg_catalog.pg_get_expr(i.indpred, i.indrelid) as pred_expr,
                pg_catalog.pg_get_expr(i.indexprs, i.indrelid, true) as expr, pg_catalog.pg_relation_size(i.indexrelid) as index_rel_size
                FROM pg_catalog.pg_index i INNER JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid INNER JOIN pg_catalog.pg_class tc ON tc.oid = i.indrelid
                WHERE i.indrelid = 'sales.orders'::regclass ORDER BY tabrelname, c.relname
                """,
                """
                SELECT p.oid as poid, p.*, pg_catalog.pg_get_expr(p.proargdefaults, 0) as arg_defaults, d.description FROM pg_catalog.pg_proc p
                LEFT OUTER JOIN pg_catalog.pg_description d ON d.objoid = p.oid WHERE p.pronamespace = 2200 ORDER BY p.proname
                """,
                "SELECT e.oid, e.*, n.nspname as schema_name FROM pg_catalog.pg_extension e LEFT JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace",
            ]
        },
        {
            "pgAdmin",
            [
                "SET DateStyle=ISO; SET client_min_messages=notice; SELECT set_config('bytea_output', 'hex', false) FROM pg_catalog.pg_show_all_settings() WHERE name = 'bytea_output'; SET client_encoding='UTF8'",
                """
                SELECT db.oid as did, db.datname, db.datallowconn, pg_catalog.pg_encoding_to_char(db.encoding) AS serverencoding,
                pg_catalog.has_database_privilege(db.oid, 'CREATE') as cancreate, datistemplate FROM pg_catalog.pg_database db WHERE db.datname = current_database()
                """,
                """
                SELECT roles.oid as id, roles.rolname as name, roles.rolsuper as is_superuser, CASE WHEN roles.rolsuper THEN true ELSE roles.rolcreaterole END as can_create_role,
                CASE WHEN 'pg_signal_backend' = ANY (ARRAY(SELECT pg_catalog.pg_roles.rolname FROM pg_catalog.pg_auth_members m
                JOIN pg_catalog.pg_roles ON (m.roleid = pg_roles.oid) WHERE m.member = roles.oid)) THEN true ELSE false END as can_signal_backend
                FROM pg_catalog.pg_roles as roles WHERE rolname = current_user
                """,
                """
                SELECT nsp.oid, nsp.nspname as name, pg_catalog.has_schema_privilege(nsp.oid, 'CREATE') as can_create, pg_catalog.has_schema_privilege(nsp.oid, 'USAGE') as has_usage
                FROM pg_catalog.pg_namespace nsp WHERE nspname NOT LIKE E'pg\\_%' AND NOT (nspname = 'information_schema') ORDER BY nspname
                """,
                """
                SELECT rel.oid, rel.relname AS name, (SELECT count(*) FROM pg_catalog.pg_trigger WHERE tgrelid = rel.oid AND tgisinternal = FALSE) AS triggercount,
                (SELECT count(*) FROM pg_catalog.pg_trigger WHERE tgrelid = rel.oid AND tgisinternal = FALSE AND tgenabled = 'O') AS has_enable_triggers,
                (CASE WHEN rel.relkind = 'p' THEN true ELSE false END) AS is_partitioned FROM pg_catalog.pg_class rel
                WHERE rel.relkind IN ('r', 's', 't', 'p') AND rel.relnamespace = 2200::oid AND NOT rel.relispartition ORDER BY rel.relname
                """,
                """
                SELECT DISTINCT att.attname as name, att.attnum as OID, pg_catalog.format_type(ty.oid, NULL) AS datatype, att.attnotnull as not_null,
                CASE WHEN att.atthasdef OR att.attidentity != '' OR ty.typdefault IS NOT NULL THEN True ELSE False END as has_default_val, des.description, seq.seqtypid
                FROM pg_catalog.pg_attribute att JOIN pg_catalog.pg_type ty ON ty.oid = atttypid JOIN pg_catalog.pg_namespace tn ON tn.oid = ty.typnamespace
                JOIN pg_catalog.pg_class cl ON cl.oid = att.attrelid LEFT OUTER JOIN pg_catalog.pg_description des ON (des.objoid = att.attrelid AND des.objsubid = att.attnum)
                LEFT OUTER JOIN (pg_catalog.pg_depend JOIN pg_catalog.pg_class cs ON classid = 'pg_class'::regclass AND objid = cs.oid AND cs.relkind = 'S')
                ON refobjid = att.attrelid AND refobjsubid = att.attnum LEFT OUTER JOIN pg_catalog.pg_sequence seq ON cs.oid = seq.seqrelid
                WHERE att.attrelid = 'sales.orders'::regclass AND att.attnum > 0 AND att.attisdropped IS FALSE ORDER BY att.attnum
                """,
                "SELECT pg_catalog.pg_is_in_recovery() as inrecovery",
                "SELECT at.attname, at.attnum, ty.typname FROM pg_catalog.pg_attribute at LEFT JOIN pg_catalog.pg_type ty ON (ty.oid = at.atttypid) WHERE attrelid = 'sales.orders'::regclass AND attnum = ANY (ARRAY[1, 2])",
            ]
        },
        {
            "Metabase",
            [
                "show timezone",
                "SELECT nspname FROM pg_namespace WHERE nspname !~ '^information_schema|catalog_history|pg_' AND pg_catalog.has_schema_privilege(nspname, 'USAGE')",
                """
                SELECT n.nspname AS schema, c.relname AS name, CASE c.relkind WHEN 'r' THEN 'TABLE' WHEN 'p' THEN 'PARTITIONED TABLE' WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' END AS type,
                d.description AS description FROM pg_catalog.pg_class AS c INNER JOIN pg_catalog.pg_namespace AS n ON c.relnamespace = n.oid
                LEFT JOIN pg_catalog.pg_description AS d ON (c.oid = d.objoid) AND (d.objsubid = 0) AND (d.classoid = 'pg_class'::regclass)
                WHERE (c.relnamespace = n.oid) AND (n.nspname !~ '^pg_') AND (n.nspname <> 'information_schema') AND c.relkind IN ('r', 'p', 'v', 'f', 'm') ORDER BY type ASC, schema ASC, name ASC
                """,
                """
                with table_privileges as (
                  select NULL as role, t.schemaname as schema, t.objectname as table,
                    pg_catalog.has_any_column_privilege(current_user, '"' || replace(t.schemaname, '"', '""') || '"."' || replace(t.objectname, '"', '""') || '"', 'update') as update,
                    pg_catalog.has_any_column_privilege(current_user, '"' || replace(t.schemaname, '"', '""') || '"."' || replace(t.objectname, '"', '""') || '"', 'select') as select,
                    pg_catalog.has_table_privilege(current_user, '"' || replace(t.schemaname, '"', '""') || '"."' || replace(t.objectname, '"', '""') || '"', 'delete') as delete
                  from (select schemaname, tablename as objectname from pg_catalog.pg_tables
                        union select schemaname, viewname as objectname from pg_catalog.pg_views
                        union select schemaname, matviewname as objectname from pg_catalog.pg_matviews) t
                  where t.schemaname !~ '^pg_' and t.schemaname <> 'information_schema' and pg_catalog.has_schema_privilege(current_user, t.schemaname, 'usage'))
                select t.* from table_privileges t
                """,
                """
                SELECT fk_ns.nspname AS "fk-table-schema", fk_table.relname AS "fk-table-name", fk_column.attname AS "fk-column-name",
                pk_ns.nspname AS "pk-table-schema", pk_table.relname AS "pk-table-name", pk_column.attname AS "pk-column-name" FROM pg_constraint AS c
                INNER JOIN pg_class AS fk_table ON c.conrelid = fk_table.oid INNER JOIN pg_namespace AS fk_ns ON c.connamespace = fk_ns.oid
                INNER JOIN pg_attribute AS fk_column ON c.conrelid = fk_column.attrelid INNER JOIN pg_class AS pk_table ON c.confrelid = pk_table.oid
                INNER JOIN pg_namespace AS pk_ns ON pk_table.relnamespace = pk_ns.oid INNER JOIN pg_attribute AS pk_column ON c.confrelid = pk_column.attrelid
                WHERE fk_ns.nspname !~ '^information_schema|catalog_history|pg_' AND c.contype = 'f'::char AND fk_column.attnum = ANY (c.conkey) AND pk_column.attnum = ANY (c.confkey)
                """,
                "SELECT nspname, typname FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.oid IN (SELECT DISTINCT enumtypid FROM pg_catalog.pg_enum e)",
                """
                SELECT tmp.table_schema, tmp.table_name, trim(both '"' from pg_catalog.pg_get_indexdef(tmp.ci_oid, tmp.pos, false)) AS field_name FROM (
                  SELECT n.nspname AS table_schema, ct.relname AS table_name, ci.oid AS ci_oid, (information_schema._pg_expandarray(i.indkey)).n AS pos FROM pg_catalog.pg_class ct
                  JOIN pg_catalog.pg_namespace n ON (ct.relnamespace = n.oid) JOIN pg_catalog.pg_index i ON (ct.oid = i.indrelid) JOIN pg_catalog.pg_class ci ON (ci.oid = i.indexrelid)
                  WHERE (pg_catalog.pg_get_expr(i.indpred, i.indrelid) IS NULL) AND n.nspname !~ '^information_schema|pg_') tmp WHERE tmp.pos = 1
                """,
                """SELECT date_trunc('month', now()) AS "created_at", count(*) AS "count" FROM "sales"."orders" GROUP BY date_trunc('month', now()) ORDER BY 1 ASC -- Metabase:: userID: 1 queryType: MBQL""",
            ]
        },
        {
            "Prisma",
            [
                "SELECT version(), current_setting('server_version_num')::integer as numeric_version",
                "SELECT namespace.nspname as namespace_name FROM pg_namespace AS namespace WHERE namespace.nspname = ANY ('{sales,public}'::text[]) ORDER BY namespace_name",
                """
                SELECT tbl.relname AS table_name, namespace.nspname as namespace, (tbl.relhassubclass and tbl.relkind = 'p') as is_partition, (tbl.relhassubclass and tbl.relkind = 'r') as has_subclass,
                tbl.relrowsecurity as has_row_level_security, reloptions, obj_description(tbl.oid, 'pg_class') as description
                FROM pg_class AS tbl INNER JOIN pg_namespace AS namespace ON namespace.oid = tbl.relnamespace
                WHERE ((tbl.relkind = 'r' AND tbl.relispartition = 't') OR (tbl.relkind = 'r' AND tbl.relispartition = 'f') OR tbl.relkind = 'p') AND namespace.nspname = ANY ('{sales}'::text[])
                """,
                """
                SELECT oid.namespace, info.table_name, info.column_name, format_type(att.atttypid, att.atttypmod) as formatted_type, info.numeric_precision, info.numeric_scale,
                info.datetime_precision, info.data_type, info.udt_schema as type_schema_name, info.udt_name as full_data_type, pg_get_expr(attdef.adbin, attdef.adrelid) AS column_default,
                info.is_nullable, info.is_identity, info.character_maximum_length, col_description(att.attrelid, ordinal_position) AS description
                FROM information_schema.columns info JOIN pg_attribute att ON att.attname = info.column_name
                JOIN (SELECT pg_class.oid, relname, pg_namespace.nspname as namespace FROM pg_class JOIN pg_namespace on pg_namespace.oid = pg_class.relnamespace
                      AND pg_namespace.nspname = ANY ('{sales}'::text[]) WHERE reltype > 0) as oid on oid.oid = att.attrelid AND relname = info.table_name AND namespace = info.table_schema
                LEFT OUTER JOIN pg_attrdef attdef ON attdef.adrelid = att.attrelid AND attdef.adnum = att.attnum AND table_schema = namespace
                WHERE table_schema = ANY ('{sales}'::text[]) ORDER BY namespace, table_name, ordinal_position
                """,
                """
                SELECT con.oid AS "con_id", att2.attname AS "child_column", cl.relname AS "parent_table", con.confdeltype, con.conname AS constraint_name FROM
                (SELECT unnest(con1.conkey) AS "parent", unnest(con1.confkey) AS "child", con1.conname, con1.oid, con1.confrelid, con1.conrelid, con1.confdeltype
                 FROM pg_class cl JOIN pg_constraint con1 ON con1.conrelid = cl.oid WHERE con1.contype = 'f') con
                JOIN pg_attribute att2 ON att2.attrelid = con.conrelid AND att2.attnum = con.parent JOIN pg_class cl ON cl.oid = con.confrelid ORDER BY con_id
                """,
                "BEGIN",
                """SELECT "sales"."orders"."id", "sales"."orders"."customer" FROM "sales"."orders" WHERE ("sales"."orders"."id" = 1 AND 1=1) LIMIT 1 OFFSET 0""",
                """
                SELECT "t0"."id", COALESCE("aggr_selection_0_Orders"."_aggr_count_orders", 0) AS "_aggr_count_orders" FROM "sales"."orders" AS "t0"
                LEFT JOIN (SELECT "t1"."customer", COUNT(*) AS "_aggr_count_orders" FROM "sales"."orders" AS "t1" WHERE 1=1 GROUP BY "t1"."customer") AS "aggr_selection_0_Orders"
                ON ("t0"."customer" = "aggr_selection_0_Orders"."customer") WHERE 1=1 ORDER BY "t0"."id" ASC LIMIT 10 OFFSET 0
                """,
                """
                SELECT "t1"."id", "Related"."__prisma_data__" AS "Related" FROM "sales"."orders" AS "t1" LEFT JOIN LATERAL (SELECT COALESCE(JSONB_AGG("__prisma_data__"), '[]') AS "__prisma_data__"
                FROM (SELECT "t3"."__prisma_data__" FROM (SELECT JSONB_BUILD_OBJECT('id', "t2"."id") AS "__prisma_data__" FROM "sales"."orders" AS "t2" WHERE "t1"."id" = "t2"."id") AS "t3") AS "t4") AS "Related" ON true
                """,
                "COMMIT",
                "DEALLOCATE ALL",
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Tools))]
    public async Task CatalogQueries_OfATokenThatReadsOneTable_AreAllowed(string tool, string[] queries)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        foreach (var (major, mode) in new[] { (15, PoolMode.None), (18, PoolMode.Transaction) })
        {
            await using var proxy = await GatedProxy.StartAsync(shared, major, mode, cancellationToken);
            await using var client = await proxy.LogInAsync(cancellationToken, "orders:read");
            var refused = new List<string>();
            foreach (var sql in queries)
            {
                try
                {
                    await client.AskAsync(sql, cancellationToken);
                }
                catch (RawError error)
                {
                    refused.Add($"{error.SqlState} {error.Text}: {sql}");
                }
            }

            Assert.True(refused.Count == 0, $"{tool}, PostgreSQL {major}:\n{string.Join('\n', refused)}");

            // The same session still may not do what no rule gives. The settings of roles may hold anything: who wants DBeaver's list of roles names it in a rule.
            Assert.Equal("42501", await client.RefusalAsync("select pay from sales.salaries", cancellationToken));
            Assert.Equal("42501", await client.RefusalAsync("SELECT a.oid, a.* FROM pg_catalog.pg_roles a ORDER BY a.rolname", cancellationToken));
        }
    }
}
