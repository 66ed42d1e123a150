namespace PgOAuth.Testing.Enforcement;

/// <summary>What drivers, tools and applications send, which must pass. One per line; ␊ ␍ ␉ stand for line feed, return, tab.</summary>
public static class OrdinaryStatements
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. Drivers, .. Psql, .. PgDump, .. PgRestore, .. EntityFramework, .. Applications, .. Utility, .. Settings, .. LookAlikes];

    /// <summary>Drivers and pools: session set-up, reset, metadata.</summary>
    public static IReadOnlyList<string> Drivers =>
    [
        .. StatementLines.Of("""
        DISCARD ALL
        SET SESSION AUTHORIZATION DEFAULT;RESET ALL;CLOSE ALL;UNLISTEN *;SELECT pg_advisory_unlock_all();DISCARD SEQUENCES;DISCARD TEMP
        SELECT version()
        SELECT 1
        select 1;
        BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED
        BEGIN
        COMMIT
        ROLLBACK
        ROLLBACK TO SAVEPOINT sp1
        SAVEPOINT "sp1"
        RELEASE SAVEPOINT sp1
        START TRANSACTION READ ONLY
        END
        ABORT
        SET extra_float_digits = 3
        SET application_name = 'PostgreSQL JDBC Driver'
        SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE
        SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE
        SHOW TRANSACTION ISOLATION LEVEL
        SHOW search_path
        SET DateStyle='ISO'; SET client_min_messages='warning'; SELECT t.oid, typarray FROM pg_type t WHERE typname = 'hstore'
        SELECT current_schema(), session_user, current_user
        SELECT ns.nspname, t.oid, t.typname, t.typtype, t.typnotnull, t.elemtypoid FROM (SELECT typ.oid, typ.typnamespace, typ.typname, typ.typtype, typ.typrelid, typ.typnotnull, typ.relkind, elemtyp.oid AS elemtypoid, CASE WHEN elemproc.proname='array_recv' THEN 'a' ELSE elemtyp.typtype END AS elemtyptype FROM (SELECT typ.oid, typnamespace, typname, typrelid, typnotnull, relkind, typelem AS elemoid, CASE WHEN proc.proname='array_recv' THEN 'a' ELSE typ.typtype END AS typtype FROM pg_type AS typ LEFT JOIN pg_class AS cls ON (cls.oid = typ.typrelid) LEFT JOIN pg_proc AS proc ON proc.oid = typ.typreceive) AS typ LEFT JOIN pg_type AS elemtyp ON elemtyp.oid = elemoid LEFT JOIN pg_proc AS elemproc ON elemproc.oid = elemtyp.typreceive) AS t JOIN pg_namespace AS ns ON (ns.oid = typnamespace)
        SELECT typ.oid, att.attname, att.atttypid FROM pg_type AS typ JOIN pg_namespace AS ns ON (ns.oid = typ.typnamespace) JOIN pg_attribute AS att ON (att.attrelid = typ.typrelid) WHERE (typ.typtype = 'c') AND att.attnum > 0 AND NOT att.attisdropped
        SELECT pg_type.oid, enumlabel FROM pg_enum JOIN pg_type ON pg_type.oid=enumtypid ORDER BY oid, enumsortorder
        SELECT NULL AS TABLE_CAT, n.nspname AS TABLE_SCHEM, c.relname AS TABLE_NAME,  CASE n.nspname ~ '^pg_' OR n.nspname = 'information_schema'  WHEN true THEN CASE c.relkind  WHEN 'r' THEN 'SYSTEM TABLE' ELSE NULL END WHEN false THEN CASE c.relkind  WHEN 'r' THEN 'TABLE'  ELSE NULL  END  ELSE NULL  END  AS TABLE_TYPE, d.description AS REMARKS, '' as TYPE_CAT FROM pg_catalog.pg_namespace n, pg_catalog.pg_class c  LEFT JOIN pg_catalog.pg_description d ON (c.oid = d.objoid AND d.objsubid = 0  and d.classoid = 'pg_class'::regclass) WHERE c.relnamespace = n.oid  AND c.relname LIKE 'x\_y%' ORDER BY TABLE_TYPE
        SELECT TYPTYPE FROM pg_type WHERE oid = ANY($1::oid[])
        LISTEN chan
        UNLISTEN *
        NOTIFY chan, 'payload'
        DEALLOCATE ALL
        DEALLOCATE PREPARE "p1"
        CLOSE ALL
        FETCH FORWARD 10 FROM "c"
        MOVE ALL IN c
        """),
    ];

    /// <summary>psql's backslash commands.</summary>
    public static IReadOnlyList<string> Psql =>
    [
        .. StatementLines.Of("""
        SELECT n.nspname as "Schema",␊  c.relname as "Name",␊  CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' END as "Type",␊  pg_catalog.pg_get_userbyid(c.relowner) as "Owner"␊FROM pg_catalog.pg_class c␊     LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace␊WHERE c.relkind IN ('r','p','')␊      AND n.nspname !~ '^pg_toast'␊  AND pg_catalog.pg_table_is_visible(c.oid)␊ORDER BY 1,2;
        SELECT c.oid,␊  n.nspname,␊  c.relname␊FROM pg_catalog.pg_class c␊WHERE c.relname OPERATOR(pg_catalog.~) '^(t)$' COLLATE pg_catalog.default␊ORDER BY 2, 3;
        SELECT r.rolname, r.rolsuper, r.rolinherit, r.rolcreaterole, ARRAY(SELECT b.rolname FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles b ON (m.roleid = b.oid) WHERE m.member = r.oid) as memberof FROM pg_catalog.pg_roles r WHERE r.rolname !~ '^pg_' ORDER BY 1;
        SELECT rolname AS "Role", datname AS "Database", pg_catalog.array_to_string(setconfig, E'\n') AS "Settings" FROM pg_catalog.pg_db_role_setting s LEFT JOIN pg_catalog.pg_database d ON d.oid = setdatabase LEFT JOIN pg_catalog.pg_roles r ON r.oid = setrole ORDER BY 1, 2;
        SELECT s.name AS "Parameter", pg_catalog.current_setting(s.name) AS "Value" FROM pg_catalog.pg_settings s WHERE s.source <> 'default' AND s.setting IS DISTINCT FROM s.boot_val ORDER BY 1;
        SELECT n.nspname AS "Schema", p.proname AS "Name", pg_catalog.pg_get_function_result(p.oid) AS "Result data type" FROM pg_catalog.pg_proc p WHERE p.proname OPERATOR(pg_catalog.~) '^(set_config)$' COLLATE pg_catalog.default
        SELECT d.datname as "Name", pg_catalog.pg_encoding_to_char(d.encoding) as "Encoding" FROM pg_catalog.pg_database d ORDER BY 1;
        SELECT pol.polname, pol.polpermissive, CASE WHEN pol.polroles = '{0}' THEN NULL ELSE pg_catalog.array_to_string(array(select rolname from pg_catalog.pg_roles where oid = any (pol.polroles) order by 1),',') END FROM pg_catalog.pg_policy pol WHERE pol.polrelid = '16385' ORDER BY 1;
        SELECT e.extname AS "Name" FROM pg_catalog.pg_extension e ORDER BY 1;
        SELECT pg_catalog.quote_ident(role) FROM (SELECT 'x' AS role) s
        """),
    ];

    /// <summary>What pg_dump 15 and 18 send.</summary>
    public static IReadOnlyList<string> PgDump =>
    [
        .. StatementLines.Of("""
        SELECT pg_catalog.set_config('search_path', '', false);
        SET DATESTYLE = ISO
        SET INTERVALSTYLE = POSTGRES
        SET extra_float_digits TO 3
        SET synchronize_seqscans TO off
        SET statement_timeout = 0
        SET lock_timeout = 0
        SET idle_in_transaction_session_timeout = 0
        SET transaction_timeout = 0
        SET row_security = off
        SET quote_all_identifiers = true
        BEGIN
        SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY
        SET TRANSACTION SNAPSHOT '00000003-0000001B-1'
        SELECT set_config(name, 'view, foreign-table', false) FROM pg_settings WHERE name = 'restrict_nonsystem_relation_kind'
        SELECT set_config(name, 'view', false) FROM pg_settings WHERE name = 'restrict_nonsystem_relation_kind';
        LOCK TABLE public.t, public.u IN ACCESS SHARE MODE
        PREPARE getAttributeStats(pg_catalog.name[], pg_catalog.name[]) AS SELECT s.schemaname FROM pg_catalog.pg_stats s
        EXECUTE getAttributeStats('{public}', '{t}')
        COPY public.t (id, note) TO stdout;
        SELECT oid, nspname, nspowner, nspacl, acldefault('n', nspowner) AS acldefault FROM pg_namespace
        SELECT at.attname, at.attacl FROM pg_catalog.pg_attribute at WHERE at.attrelid = '1'::pg_catalog.oid
        SELECT * FROM pg_show_all_settings()
        """),
    ];

    /// <summary>What a restored dump without routines holds.</summary>
    public static IReadOnlyList<string> PgRestore =>
    [
        .. StatementLines.Of("""
        SET client_encoding = 'UTF8';
        SET standard_conforming_strings = on;
        SET check_function_bodies = false;
        SET xmloption = content;
        SET default_tablespace = '';
        SET default_table_access_method = heap;
        CREATE SCHEMA sales;
        CREATE SCHEMA IF NOT EXISTS sales AUTHORIZATION app
        ALTER SCHEMA sales OWNER TO app;
        CREATE TYPE sales.state AS ENUM (␊    'open',␊    'done'␊);
        CREATE TABLE sales.orders (␊    id integer NOT NULL,␊    role text DEFAULT 'x'::text NOT NULL,␊    CONSTRAINT c CHECK ((id > 0))␊);
        ALTER TABLE sales.orders OWNER TO app;
        ALTER TABLE sales.orders ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (␊    SEQUENCE NAME sales.orders_id_seq␊    START WITH 1␊    INCREMENT BY 1␊);
        CREATE SEQUENCE sales.s AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
        ALTER SEQUENCE sales.s OWNED BY sales.orders.id;
        CREATE VIEW sales.v AS␊ SELECT id FROM sales.orders;
        CREATE MATERIALIZED VIEW sales.m AS SELECT 1 AS a WITH NO DATA;
        CREATE INDEX i ON sales.orders USING btree (lower(role));
        CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i2 ON sales.orders (id) WHERE id > 3
        CREATE TRIGGER t BEFORE UPDATE ON sales.orders FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
        CREATE CONSTRAINT TRIGGER t AFTER INSERT ON sales.orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sales.f();
        CREATE RULE r AS␊    ON INSERT TO sales.v DO INSTEAD ( INSERT INTO sales.orders VALUES (new.id); NOTIFY x; );
        CREATE POLICY p ON sales.orders FOR SELECT TO app USING ((role = CURRENT_USER));
        ALTER TABLE sales.orders ENABLE ROW LEVEL SECURITY;
        ALTER TABLE ONLY sales.orders ADD CONSTRAINT orders_pkey PRIMARY KEY (id);
        CREATE DOMAIN sales.d AS text CHECK (VALUE ~ '^a');
        CREATE STATISTICS sales.st (ndistinct) ON id, role FROM sales.orders;
        CREATE COLLATION sales.c (provider = icu, locale = 'und');
        CREATE TEXT SEARCH CONFIGURATION sales.ts ( PARSER = pg_catalog."default" );
        ALTER TEXT SEARCH CONFIGURATION sales.ts ADD MAPPING FOR asciiword WITH simple;
        COPY sales.orders (id, role) FROM stdin;
        SELECT pg_catalog.setval('sales.s', 42, true);
        COMMENT ON TABLE sales.orders IS 'set_config; SET ROLE other';
        GRANT SELECT,INSERT ON TABLE sales.orders TO app;
        GRANT USAGE ON SCHEMA sales TO app WITH GRANT OPTION
        GRANT SELECT (id) ON sales.orders TO app
        REVOKE ALL ON FUNCTION sales.f() FROM PUBLIC;
        REVOKE GRANT OPTION FOR SELECT ON sales.orders FROM app
        ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA sales GRANT SELECT ON TABLES TO app;
        ALTER LARGE OBJECT 1234 OWNER TO app;
        CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA public
        CREATE EXTENSION hstore
        REFRESH MATERIALIZED VIEW sales.m;
        DROP TABLE IF EXISTS sales.orders CASCADE
        DROP FUNCTION IF EXISTS sales.f()
        DROP VIEW sales.v, sales.w
        """),
    ];

    /// <summary>Entity Framework migrations and queries.</summary>
    public static IReadOnlyList<string> EntityFramework =>
    [
        .. StatementLines.Of("""
        SELECT EXISTS (␊    SELECT 1 FROM pg_catalog.pg_class c␊    JOIN pg_catalog.pg_namespace n ON n.oid=c.relnamespace␊    WHERE n.nspname='public' AND c.relname='__EFMigrationsHistory'␊)
        CREATE TABLE IF NOT EXISTS "__EFMigrationsHistory" (␊    "MigrationId" character varying(150) NOT NULL,␊    "ProductVersion" character varying(32) NOT NULL,␊    CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY ("MigrationId")␊);
        LOCK TABLE "__EFMigrationsHistory" IN ACCESS EXCLUSIVE MODE
        SELECT "MigrationId", "ProductVersion"␊FROM "__EFMigrationsHistory"␊ORDER BY "MigrationId";
        INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")␊VALUES ('20261101000000_First', '10.0.0');
        DO $EF$␊BEGIN␊    IF NOT EXISTS(SELECT 1 FROM pg_namespace WHERE nspname = 'ef') THEN␊        CREATE SCHEMA ef;␊    END IF;␊END $EF$
        DO $EF$␍␊BEGIN␍␊    IF NOT EXISTS(SELECT 1 FROM pg_namespace WHERE nspname = 'My Schema') THEN␍␊        CREATE SCHEMA "My Schema";␍␊    END IF;␍␊END $EF$;
        CREATE TABLE ef."Blogs" ("Id" integer GENERATED BY DEFAULT AS IDENTITY, "Name" text NOT NULL, "Role" text, CONSTRAINT "PK_Blogs" PRIMARY KEY ("Id"))
        ALTER TABLE ef."Blogs" RENAME COLUMN "Role" TO role
        INSERT INTO ef."Blogs" ("Name") VALUES ($1) RETURNING "Id"
        UPDATE ef."Blogs" SET "Name" = $1 WHERE "Id" = $2 AND xmin = $3
        SELECT b."Id", b.xmin FROM ef."Blogs" AS b WHERE b."Name" LIKE '%\_%' ESCAPE '' LIMIT $1
        CREATE DATABASE shop
        DROP DATABASE shop WITH (FORCE)
        """),
    ];

    /// <summary>Applications, BI tools and object mappers.</summary>
    public static IReadOnlyList<string> Applications =>
    [
        .. StatementLines.Of("""
        UPDATE users SET role = 'x'
        UPDATE users SET role = 'admin', session_authorization = 1 WHERE id = $1
        UPDATE users SET "role" = DEFAULT WHERE role IN ('a', 'b') RETURNING role
        INSERT INTO users (id, role) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET role = excluded.role
        SELECT role, count(*) FROM users GROUP BY role ORDER BY role
        SELECT u.role AS role FROM users u WHERE u.role = current_user
        MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET role = s.role WHEN NOT MATCHED THEN INSERT VALUES (s.id)
        DELETE FROM users WHERE note = 'SET ROLE other; SELECT set_config(''role'', ''x'', false)'
        SELECT 'it''s', E'a\'b', U&'\0041', $$it's$$, $tag$ $$ $tag$, b'01', x'1F', n'x'
        SELECT 'a'␊'b', 'c' -- it's␊ 'd'
        SELECT a->'b'->>'c', d #>> '{e,f}', g ? 'h', i @> '{"j": 1}', k ?| array['l'], -m, !!n, |/ 25.0 FROM t
        SELECT 1::int, 1.5e3, .5, 1., 0x1F, 1_000, 5 % 3, 2 ^ 3, a[1:2], (r).c FROM t
        SELECT * FROM t WHERE a = ANY ($1) AND b BETWEEN 1 AND 2 OR c IS NOT DISTINCT FROM d
        WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 100) SELECT sum(n) FROM t
        TABLE users
        /*+ SeqScan(role) Set(enable_seqscan off) IndexScan(offset(role)) */ SELECT 1 FROM role
        VALUES (1, 'a'), (2, 'b')
        (SELECT 1) UNION (SELECT 2) ORDER BY 1
        ((SELECT 1))
        SELECT "Größe", naïve, 日本語, "a""b" FROM "表" WHERE x = 'é😀'
        SELECT * FROM json_to_recordset('[{"role": 1}]') AS x(role int)
        SELECT date_trunc('month', "public"."orders"."created_at") AS "created_at", count(*) AS "count" FROM "public"."orders" GROUP BY 1 -- Metabase:: userID: 1 queryType: MBQL
        /* ApplicationName=DBeaver 24.0 - Main */ SELECT setting FROM pg_catalog.pg_settings WHERE name = 'server_version'
        SELECT table_to_xml('t', true, false, '')
        SELECT plainto_tsquery('a') @@ to_tsvector('b'), ts_rank(v, q) FROM t
        SELECT current_setting('role'), current_setting('pgoauth.sub', true)
        select set_config('request.jwt.claims', $1, true), set_config('app.tenant', '7', false)
        SELECT set_config('TimeZone', 'UTC', false)
        SELECT set_config('standard_conforming_strings', 'on', false), set_config('client_encoding', 'UTF8', false)
        CALL sales.close_month(2026, 11)
        EXECUTE p1 (1, 'role')
        PREPARE transaction AS SELECT 1
        DECLARE c NO SCROLL CURSOR WITH HOLD FOR SELECT * FROM t
        CREATE TEMP TABLE tmp (id int) ON COMMIT DROP
        CREATE TABLE t2 AS EXECUTE p1
        CREATE OR REPLACE VIEW v AS SELECT role FROM users
        SELECT * INTO TEMP x FROM t
        SELECT proname FROM pg_proc WHERE proname IN ('set_config', 'query_to_xml', 'dblink')
        """),
    ];

    /// <summary>Maintenance and the like.</summary>
    public static IReadOnlyList<string> Utility =>
    [
        .. StatementLines.Of("""
        EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM t
        EXPLAIN VERBOSE UPDATE t SET role = 'x'
        EXPLAIN EXECUTE p1(2)
        TRUNCATE t, u RESTART IDENTITY CASCADE
        VACUUM (VERBOSE, ANALYZE) t
        ANALYZE
        REINDEX TABLE CONCURRENTLY t
        CLUSTER t USING i
        COPY (SELECT * FROM t) TO STDOUT WITH (FORMAT csv, HEADER)
        COPY t FROM STDIN WITH (FORMAT binary)
        DISCARD PLANS
        DISCARD TEMP
        LOCK t IN SHARE MODE NOWAIT
        COMMENT ON ROLE app IS 'x'
        REFRESH MATERIALIZED VIEW CONCURRENTLY m
        ALTER INDEX i SET (fillfactor = 70)
        ALTER TYPE state ADD VALUE 'x' AFTER 'y'
        ALTER VIEW v SET (security_invoker = true)
        ALTER MATERIALIZED VIEW m RENAME TO n
        ALTER POLICY p ON t TO app
        ALTER TRIGGER t ON x RENAME TO y
        DROP INDEX CONCURRENTLY IF EXISTS i
        DROP SCHEMA s CASCADE
        DROP EXTENSION hstore
        ;
        ;;SELECT 1;;
        -- nothing
        /* nothing */ ;
        SELECT␋1
        SAVEPOINT prepared
        """),
    ];

    /// <summary>SET and RESET of what a client may set.</summary>
    public static IReadOnlyList<string> Settings =>
    [
        .. StatementLines.Of("""
        SET search_path TO public, "My Schema"
        SET LOCAL statement_timeout = '5s'
        SET SESSION search_path TO 'public'
        SET TIME ZONE 'Europe/Berlin'
        SET TIME ZONE INTERVAL '+00:00' HOUR TO MINUTE
        SET LOCAL TIME ZONE LOCAL
        SET TimeZone = 'UTC'
        SET SCHEMA 'sales'
        SET NAMES 'UTF8'
        SET NAMES
        SET NAMES DEFAULT
        SET client_encoding TO utf8
        SET client_encoding = "UTF-8"
        SET client_encoding TO 'SQL_ASCII'
        SET client_encoding TO 'WIN1252'
        SET client_encoding TO 'Latin-1'
        SET client_encoding TO DEFAULT
        SET standard_conforming_strings TO on
        SET standard_conforming_strings = 'TRUE';
        SET standard_conforming_strings = 1
        SET LOCAL "standard_conforming_strings" = yes
        SET standard_conforming_strings TO DEFAULT
        SET CONSTRAINTS ALL DEFERRED
        SET XML OPTION DOCUMENT
        SET seed TO 0.5
        SET TRANSACTION READ ONLY
        SET app.tenant = '42'
        SET myapp.role = 'x'
        SET role.x = 'y'
        SET local.role = 'x'
        SET session.role = 'x'
        SET pgoauthx.sub = 'x'
        SET default_transaction_read_only = on
        SET work_mem='64MB'; SET jit=off;
        SET bytea_output TO escape
        RESET ALL
        RESET search_path
        RESET TIME ZONE
        RESET TRANSACTION ISOLATION LEVEL
        RESET client_encoding
        RESET standard_conforming_strings
        RESET app.tenant
        SHOW ALL
        SHOW role
        SHOW session_authorization
        """),
    ];

    /// <summary>Names that only look like protected ones.</summary>
    public static IReadOnlyList<string> LookAlikes =>
    [
        .. StatementLines.Of("""
        SELECT "SET_CONFIG"('role', 'x', false)
        SELECT set_configuration('role', 'x', false)
        SELECT "Set_Config"(1)
        SET "rôle.x" = 1
        SELECT set_user FROM t
        SELECT ts_stats, ts_rewriter, xquery_to_xml FROM t
        UPDATE my_pg_settings SET setting = 'x'
        UPDATE t SET a = (SELECT 'pg_settings')
        SELECT 1 AS update FROM t
        SELECT K, ſet_config FROM t
        SELECT * FROM pg_settings ORDER BY name
        """),
    ];
}
