namespace PgOAuth.Testing.Enforcement;

/// <summary>Escape attempts by danger. One per line: expected denial, text. ␊ ␍ ␉ ␋ stand for line feed, return, tabs; ␀ for NUL.</summary>
public static class EscapeAttempts
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<EscapeAttempt> All { get; } =
        [.. SetRole, .. SetConfig, .. LexerMode, .. Claims, .. Unicode, .. Folding, .. Hiding, .. SettingsView, .. SqlAsText, .. Code, .. Roles, .. Unreadable];

    /// <summary>SET and RESET of the role in each spelling.</summary>
    public static IReadOnlyList<EscapeAttempt> SetRole => Parse("""
        RoleChange SET ROLE other
        RoleChange set role other
        RoleChange SeT␉rOlE␊other
        RoleChange SET ROLE 'other'
        RoleChange SET ROLE "other"
        RoleChange SET ROLE NONE
        RoleChange SET ROLE TO other
        RoleChange SET ROLE = other
        NotReadable SET ROLE DEFAULT
        RoleChange SET role TO DEFAULT
        RoleChange SET role FROM CURRENT
        RoleChange SET "role" = 'other'
        RoleChange SET "role" TO other
        RoleChange SET "ROLE" TO other
        RoleChange SET "RoLe" = other
        RoleChange SET LOCAL ROLE other
        RoleChange SET SESSION ROLE other
        RoleChange SET SESSION role = 'other'
        RoleChange SET LOCAL "role" TO 'other'
        RoleChange SET SESSION "role" TO 'other'
        RoleChange SET/**/ROLE/**/other
        RoleChange SET--x␊ROLE--y␊other
        RoleChange /* a /* b */ c */SET ROLE other
        RoleChange --␍SET ROLE other
        RoleChange RESET ROLE
        RoleChange RESET "role"
        RoleChange RESET "ROLE"
        RoleChange reset/*x*/role;
        RoleChange SET SESSION AUTHORIZATION other
        RoleChange SET SESSION AUTHORIZATION 'other'
        RoleChange SET SESSION AUTHORIZATION "other"
        RoleChange SET SESSION AUTHORIZATION pgoauth_service
        RoleChange SET LOCAL SESSION AUTHORIZATION pgoauth_service
        RoleChange SET SESSION SESSION AUTHORIZATION pgoauth_service
        RoleChange SET LOCAL SESSION AUTHORIZATION DEFAULT
        NotReadable SET SESSION AUTHORIZATION DEFAULT + 1
        RoleChange SET session_authorization = pgoauth_service
        RoleChange SET session_authorization TO DEFAULT
        RoleChange SET "session_authorization" TO 'pgoauth_service'
        RoleChange SET SESSION session_authorization TO 'pgoauth_service'
        RoleChange SET LOCAL SESSION_AUTHORIZATION = other
        RoleChange RESET SESSION AUTHORIZATION
        RoleChange RESET session_authorization
        RoleChange RESET "session_authorization"
        RoleChange SET role=-1
        RoleChange SET role='other';
        RoleChange SELECT 1; SET ROLE other
        RoleChange SELECT 1;;;SET ROLE other;SELECT 2
        RoleChange BEGIN; SET LOCAL ROLE other; SELECT 1; COMMIT
        RoleChange ; SET ROLE other
        """);

    /// <summary>set_config with the role, or with a name that is not a literal.</summary>
    public static IReadOnlyList<EscapeAttempt> SetConfig => Parse("""
        RoleChange SELECT set_config('role', 'other', false)
        RoleChange SELECT pg_catalog.set_config('role', 'other', false)
        RoleChange SELECT "set_config"('role', 'other', false)
        RoleChange SELECT "pg_catalog"."set_config"('role', 'other', false)
        RoleChange SELECT SET_CONFIG('ROLE', 'other', false)
        RoleChange SELECT set_config ( /* x */ 'role' /* y */ , 'other', false)
        RoleChange SELECT set_config(E'role', 'other', false)
        RoleChange SELECT set_config(E'\162ole', 'other', false)
        RoleChange SELECT set_config(E'\562ole', 'other', false)
        RoleChange SELECT set_config(E'\x72ole', 'other', false)
        RoleChange SELECT set_config(E'\u0072ole', 'other', false)
        RoleChange SELECT set_config(E'\U00000072ole', 'other', false)
        RoleChange SELECT set_config(E'r\ole', 'other', false)
        RoleChange SELECT set_config(e'ro'␊'\154e', 'other', false)
        RoleChange SELECT set_config($$role$$, 'other', false)
        RoleChange SELECT set_config($a$role$a$, 'other', false)
        RoleChange SELECT set_config('ro'␊'le', 'other', false)
        RoleChange SELECT set_config('ro' -- it's␊ 'le', 'other', false)
        RoleChange SELECT set_config('r'␍--␍␉'ole', 'other', false)
        RoleChange SELECT set_config('session_authorization', 'pgoauth_service', false)
        RoleChange SELECT * FROM set_config('role', 'other', false)
        RoleChange SELECT * FROM t, LATERAL set_config('role', 'other', true)
        RoleChange SELECT 1 WHERE set_config('role', 'other', false) IS NOT NULL
        RoleChange SELECT 1 ORDER BY set_config('role', 'other', false)
        RoleChange SELECT 1 LIMIT length(set_config('role', 'other', false))
        RoleChange WITH x AS (SELECT set_config('role', 'other', false)) SELECT * FROM x
        RoleChange WITH x AS MATERIALIZED (SELECT set_config('role', 'other', false)) TABLE x
        RoleChange VALUES (set_config('role', 'other', false))
        RoleChange (((SELECT set_config('role', 'other', false))))
        RoleChange ((SELECT 1) UNION (SELECT set_config('role', 'other', false)))
        RoleChange ((SELECT 1) LIMIT length(set_config('role', 'other', false)))
        RoleChange (WITH x AS (SELECT 1) TABLE x) ORDER BY set_config('role', 'other', false)
        ComputedSetting (SELECT set_config(name, 'view', false) FROM pg_settings WHERE name = 'restrict_nonsystem_relation_kind')
        RoleChange EXPLAIN ANALYZE SELECT set_config('role', 'other', false)
        RoleChange PREPARE p AS SELECT set_config('role', 'other', false)
        RoleChange DECLARE c CURSOR FOR SELECT set_config('role', 'other', false)
        RoleChange COPY (SELECT set_config('role', 'other', false)) TO STDOUT
        RoleChange CREATE TEMP TABLE z AS SELECT set_config('role', 'other', false)
        RoleChange CREATE TEMP TABLE z (a text DEFAULT set_config('role', 'other', false))
        RoleChange CREATE VIEW v AS SELECT set_config('role', 'other', false)
        RoleChange CREATE RULE r AS ON INSERT TO t DO ALSO SELECT set_config('role', 'other', false)
        RoleChange CREATE POLICY p ON t USING (set_config('role', 'other', false) <> '')
        RoleChange CREATE DOMAIN d AS text CHECK (set_config('role', 'other', false) <> '')
        RoleChange ALTER TABLE t ALTER a SET DEFAULT set_config('role', 'other', false)
        RoleChange INSERT INTO t VALUES (set_config('role', 'other', false))
        RoleChange UPDATE t SET a = set_config('role', 'other', false)
        RoleChange DELETE FROM t WHERE set_config('role', 'other', false) = ''
        RoleChange INSERT INTO t VALUES (1) RETURNING set_config('role', 'other', false)
        RoleChange CALL p(set_config('role', 'other', false))
        RoleChange EXECUTE p(set_config('role', 'other', false))
        RoleChange SELECT (set_config('search_path', '', false)), set_config('role', 'other', false)
        RoleChange SELECT set_config('search_path', set_config('role', 'other', false), false)
        ComputedSetting SELECT set_config('ro' || 'le', 'other', false)
        ComputedSetting SELECT set_config(('role'), 'other', false)
        ComputedSetting SELECT set_config('role'::text, 'other', false)
        ComputedSetting SELECT set_config('search_path'::text, 'other', false)
        ComputedSetting SELECT set_config(text 'role', 'other', false)
        ComputedSetting SELECT set_config(N'role', 'other', false)
        ComputedSetting SELECT set_config(CAST('role' AS text), 'other', false)
        ComputedSetting SELECT set_config(lower('ROLE'), 'other', false)
        ComputedSetting SELECT set_config($1, $2, false)
        ComputedSetting SELECT set_config(n, 'other', false) FROM (VALUES ('role')) AS x(n)
        ComputedSetting SELECT set_config(x.*, false) FROM (VALUES ('role', 'other')) AS x
        ComputedSetting SELECT set_config(setting_name => 'role', new_value => 'other', is_local => false)
        ComputedSetting SELECT set_config(setting_name := 'role', new_value := 'other', is_local := false)
        ComputedSetting SELECT set_config(new_value => 'other', is_local => false, setting_name => 'role')
        ComputedSetting SELECT set_config(VARIADIC ARRAY['role', 'other'])
        ComputedSetting SELECT set_config(DISTINCT 'role', 'other', false)
        ComputedSetting SELECT set_config(ALL 'role', 'other', false)
        ComputedSetting SELECT set_config((SELECT 'role'), 'other', false)
        ComputedSetting SELECT set_config(CASE WHEN true THEN 'role' END, 'other', false)
        ComputedSetting SELECT set_config(b'1', 'other', false)
        ComputedSetting PREPARE p(text) AS SELECT set_config($1, 'other', false)
        ComputedSetting SELECT a.set_config FROM t a
        ComputedSetting COMMENT ON FUNCTION set_config IS 'x'
        """);

    /// <summary>standard_conforming_strings, client_encoding and backslash_quote, by every route.</summary>
    public static IReadOnlyList<EscapeAttempt> LexerMode => Parse("""
        ProtectedSetting SET standard_conforming_strings = off
        ProtectedSetting SET standard_conforming_strings TO 'off'
        ProtectedSetting SET standard_conforming_strings TO false
        ProtectedSetting SET standard_conforming_strings TO 0
        ProtectedSetting SET standard_conforming_strings TO no
        ProtectedSetting SET standard_conforming_strings = on, off
        ProtectedSetting SET STANDARD_CONFORMING_STRINGS TO n
        ProtectedSetting SET "standard_conforming_strings" TO off
        ProtectedSetting SET SESSION standard_conforming_strings TO off
        ProtectedSetting SET LOCAL standard_conforming_strings TO off
        ProtectedSetting SET standard_conforming_strings FROM CURRENT
        ProtectedSetting SELECT set_config('standard_conforming_strings', 'off', false)
        ProtectedSetting SELECT set_config('Standard_Conforming_Strings', 'off', true)
        ProtectedSetting SELECT set_config('standard_conforming_strings', $1, false)
        ProtectedSetting SELECT set_config('standard_conforming_strings', 'o' || 'ff', false)
        ProtectedSetting SELECT set_config('standard_conforming_strings', NULL, false)
        ProtectedSetting SET backslash_quote = on
        ProtectedSetting SET BACKSLASH_QUOTE TO safe_encoding
        ProtectedSetting RESET backslash_quote
        ProtectedSetting SELECT set_config('backslash_quote', 'on', false)
        ProtectedSetting SET client_encoding = 'SJIS'
        ProtectedSetting SET client_encoding TO sjis
        ProtectedSetting SET client_encoding TO BIG5
        ProtectedSetting SET client_encoding TO 'GBK'
        ProtectedSetting SET client_encoding TO 'UHC'
        ProtectedSetting SET client_encoding TO 'GB18030'
        ProtectedSetting SET client_encoding TO 'JOHAB'
        ProtectedSetting SET client_encoding TO 'SHIFT_JIS_2004'
        ProtectedSetting SET client_encoding TO 'Shift-JIS'
        ProtectedSetting SET client_encoding TO 'windows-936'
        ProtectedSetting SET client_encoding TO EUC_JP
        ProtectedSetting SET client_encoding TO MULE_INTERNAL
        ProtectedSetting SET NAMES 'SJIS'
        ProtectedSetting SET NAMES 'GBK';
        ProtectedSetting SET SESSION NAMES 'BIG5'
        ProtectedSetting SET LOCAL NAMES 'SJIS'
        ProtectedSetting SET "client_encoding" = 'sjis'
        ProtectedSetting SELECT set_config('client_encoding', 'SJIS', false)
        ProtectedSetting SELECT set_config('client_encoding', 'U' || 'TF8', false)
        ProtectedSetting SELECT 1; SET client_encoding TO 'GBK'
        """);

    /// <summary>The claims, which only the proxy sets.</summary>
    public static IReadOnlyList<EscapeAttempt> Claims => Parse("""
        ProtectedSetting SET pgoauth.sub = 'mallory'
        ProtectedSetting SET pgoauth.sub TO mallory
        ProtectedSetting SET PGOAUTH.SUB TO mallory
        ProtectedSetting SET "pgoauth".sub = 'mallory'
        ProtectedSetting SET "pgoauth.sub" = 'mallory'
        ProtectedSetting SET "PgOAuth.sub" = 'mallory'
        ProtectedSetting SET pgoauth."sub" = 'mallory'
        ProtectedSetting SET pgoauth . sub = 'mallory'
        ProtectedSetting SET pgoauth/**/./**/sub = 'mallory'
        ProtectedSetting SET LOCAL pgoauth.sub = 'mallory'
        ProtectedSetting SET SESSION pgoauth.claims = '{}'
        ProtectedSetting SET pgoauth.anything.deeper = 'x'
        ProtectedSetting SET pgoauth.sub TO DEFAULT
        ProtectedSetting RESET pgoauth.sub
        ProtectedSetting RESET "pgoauth.sub"
        ProtectedSetting SELECT set_config('pgoauth.sub', 'mallory', false)
        ProtectedSetting SELECT set_config('PGOAUTH.Sub', 'mallory', true)
        ProtectedSetting SELECT set_config('pgoauth.claims', $1, true)
        ProtectedSetting SELECT set_config(U&'pgoauth!002esub' UESCAPE '!', 'mallory', false)
        ComputedSetting SELECT set_config('pgoauth.' || 'sub', 'mallory', false)
        ProtectedSetting /*+ Set(role other) */ SELECT 1
        ProtectedSetting SELECT /*+ SeqScan(t) SET ( "role" 'other' ) */ 1
        ProtectedSetting /*+ Set(work_mem 1MB) *//*+ set(PgOAuth.sub mallory) */ SELECT 1
        ProtectedSetting SELECT '/*+ Set(session_authorization other) */'
        """);

    /// <summary>Unicode escapes in names and literals.</summary>
    public static IReadOnlyList<EscapeAttempt> Unicode => Parse("""
        RoleChange SET U&"role" = 'other'
        RoleChange SET U&"\0072ole" = 'other'
        RoleChange SET u&"rol\+000065" TO other
        RoleChange SET U&"!0072ole" UESCAPE '!' TO other
        RoleChange SET U&"!0072ole"/**/uescape/**/'!' TO other
        RoleChange SET U&"!0072ole" UESCAPE E'\041' TO other
        RoleChange RESET U&"\0072ole"
        RoleChange SELECT U&"set_config"('role', 'other', false)
        RoleChange SELECT U&"set\005fconfig"('role', 'other', false)
        RoleChange SELECT pg_catalog.U&"se\0074_config"('role', 'other', false)
        RoleChange SELECT U&"set#005fconfig" UESCAPE '#' ('role', 'other', false)
        RoleChange SELECT set_config(U&'rol\0065', 'other', false)
        RoleChange SELECT set_config(U&'\00'␊'72ole', 'other', false)
        RoleChange SELECT set_config(U&'rol*0065' UESCAPE '*', 'other', false)
        RoleChange SELECT set_config(U&'\+000072ole', 'other', false)
        SqlAsText SELECT U&"query\005fto_xml"('SELECT 1', true, false, '')
        SettingsView UPDATE U&"pg\005fsettings" SET setting = 'other' WHERE name = 'role'
        NotReadable SELECT U&"set\00" FROM t
        NotReadable SELECT U&"x" UESCAPE 'aa'
        NotReadable SELECT U&"x" UESCAPE '+'
        NotReadable SELECT U&"x" UESCAPE 'a'
        NotReadable SELECT U&"x\zzzz"
        """);

    /// <summary>Folding: only ASCII, except where a single-byte Turkish database folds the dotted capital I.</summary>
    public static IReadOnlyList<EscapeAttempt> Folding => Parse("""
        RoleChange SELECT set_confİg('role', 'other', false)
        RoleChange SELECT SET_CONFİG('role', 'other', false)
        RoleChange SET sessİon_authorization = other
        SettingsView UPDATE pg_settİngs SET setting = 'x'
        RoleChange SET ROLE othër
        """);

    /// <summary>Statements hidden behind text that a careless reader takes for something else.</summary>
    public static IReadOnlyList<EscapeAttempt> Hiding => Parse("""
        RoleChange SELECT 1 --␍; SET ROLE other
        RoleChange SELECT '\'; SET ROLE other --'
        RoleChange SELECT E'\\'; SET ROLE other --'
        RoleChange SELECT E'\'' ; SET ROLE other
        NotReadable SELECT $a$ $b$ $a$; SET ROLE other; SELECT $b$
        RoleChange SELECT $$ ' $$; SET ROLE other; --'
        NotReadable SELECT 1$a$x$a$; SET ROLE other
        RoleChange SELECT "--"; SET ROLE other
        RoleChange SELECT "/*"; SET ROLE other --*/
        RoleChange SELECT "a""b"; SET ROLE other
        RoleChange SELECT '/*'; SET ROLE other; SELECT '*/'
        RoleChange SELECT /* ' */ 1; SET ROLE other; --'
        RoleChange SELECT /*/**/*/ 1; SET ROLE other
        RoleChange SELECT 1 +/* ' */ 1; SET ROLE other /*'*/
        RoleChange SELECT 1 +--'␊ 1; SET ROLE other --'
        RoleChange SELECT 1 */**/ 1; SET ROLE other
        NotReadable SELECT b'0''1'; SET ROLE other
        RoleChange SELECT x'0'␊'1'; SET ROLE other
        RoleChange SELECT 'a' /* ␊ */ ; SET ROLE other --'b'
        RoleChange SELECT a$b$c FROM t; SET ROLE other; SELECT '$b$'
        NotReadable SELECT U&'\'; SET ROLE other --'
        RoleChange SELECT n'\'; SET ROLE other --'
        RoleChange SELECT abcE'\'; SET ROLE other --'
        NotReadable SELECT [1;2]; SET ROLE other
        RoleChange COPY t FROM STDIN; SET ROLE other
        NotReadable SELECT 1) ; SET ROLE other
        RoleChange CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SET ROLE other
        """);

    /// <summary>Writes to pg_settings, whose update rule calls set_config.</summary>
    public static IReadOnlyList<EscapeAttempt> SettingsView => Parse("""
        SettingsView UPDATE pg_settings SET setting = 'other' WHERE name = 'role'
        SettingsView UPDATE pg_catalog.pg_settings SET setting = 'other' WHERE name = 'role'
        SettingsView UPDATE "pg_settings" SET setting = 'other' WHERE name = 'role'
        SettingsView UPDATE ONLY PG_SETTINGS SET setting = 'off' WHERE name = 'standard_conforming_strings'
        SettingsView WITH x AS (UPDATE pg_settings SET setting = 'other' WHERE name = 'role' RETURNING 1) SELECT 1
        SettingsView EXPLAIN ANALYZE UPDATE pg_settings SET setting = 'other' WHERE name = 'role'
        SettingsView PREPARE p AS UPDATE pg_settings SET setting = $1 WHERE name = $2
        SettingsView MERGE INTO pg_settings s USING (VALUES (1)) v ON s.name = 'role' WHEN MATCHED THEN UPDATE SET setting = 'other'
        SettingsView CREATE VIEW v AS SELECT name, setting FROM pg_settings
        SettingsView CREATE OR REPLACE TEMP VIEW v AS TABLE pg_settings
        SettingsView CREATE RULE r AS ON INSERT TO t DO INSTEAD UPDATE pg_settings SET setting = new.a WHERE name = 'role'
        SettingsView SELECT * FROM pg_settings FOR UPDATE
        SettingsView SELECT 'role' AS name INTO TEMP pg_settings
        SettingsView ALTER TABLE t RENAME TO pg_settings
        SettingsView CREATE TEMP TABLE pg_settings (name text)
        ComputedSetting SELECT set_config(name, 'view', false) FROM pg_settings WHERE name = 'role'
        ComputedSetting SELECT set_config(name, 'other', false) FROM pg_settings WHERE name = 'restrict_nonsystem_relation_kind'
        ComputedSetting SELECT set_config(name, 'view', false) FROM pg_settings WHERE name = 'restrict_nonsystem_relation_kind' OR name = 'role'
        """);

    /// <summary>Functions that execute their argument.</summary>
    public static IReadOnlyList<EscapeAttempt> SqlAsText => Parse("""
        SqlAsText SELECT query_to_xml('SELECT set_config(''role'', ''other'', false)', true, false, '')
        SqlAsText SELECT query_to_xmlschema('SELECT set_config(''role'', ''other'', false)', true, false, '')
        SqlAsText SELECT pg_catalog.query_to_xml_and_xmlschema('SELECT set_config(''role'', ''other'', false)', true, false, '')
        SqlAsText SELECT "query_to_xml"($1, true, false, '')
        SqlAsText SELECT * FROM ts_stat('SELECT set_config(''role'', ''other'', false)::tsvector')
        SqlAsText SELECT ('SELECT 1').ts_stat
        SqlAsText SELECT ts_rewrite('a'::tsquery, 'SELECT set_config(''role'', ''other'', false)::tsquery, ''b''::tsquery')
        SqlAsText SELECT * FROM crosstab('SELECT 1, 2, set_config(''role'', ''other'', false)') AS c(a int, b text)
        SqlAsText SELECT * FROM crosstab2('SELECT 1')
        SqlAsText SELECT * FROM connectby('(SELECT set_config(''role'', ''other'', false)) x', 'a', 'b', 'c', 0)
        SqlAsText SELECT * FROM xpath_table('a', 'b', 'c', 'd', 'e') AS x(a text)
        SqlAsText SELECT dblink_connect('dbname=bench user=other')
        SqlAsText SELECT * FROM dblink('dbname=bench', 'SELECT 1') AS x(a int)
        SqlAsText SELECT dblink_exec('x', 'SET ROLE other')
        SqlAsText CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION check_primary_key('a', 't where set_config(''role'',''other'',false) <> '''' --', 'a')
        SqlAsText CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE PROCEDURE check_foreign_key(1, 'cascade', 'a', 't', 'a')
        SqlAsText SELECT dbms_sql.parse(1, 'SET ROLE other')
        SqlAsText SELECT pg_background_launch('SET ROLE other')
        RoleChange SELECT set_user('other')
        """);

    /// <summary>Bodies that cannot be looked into, and statements that put names of functions or settings elsewhere.</summary>
    public static IReadOnlyList<EscapeAttempt> Code => Parse("""
        CodeBlock DO $$ BEGIN SET ROLE other; END $$
        CodeBlock DO 'BEGIN PERFORM set_config(''ro''||''le'', ''other'', false); END'
        CodeBlock DO LANGUAGE plpgsql $$ BEGIN EXECUTE 'SET ROLE other'; END $$
        CodeBlock do/**/$x$begin execute 'set ro'||'le other'; end$x$
        CodeBlock DO $EF$ BEGIN IF NOT EXISTS(SELECT 1 FROM pg_namespace WHERE nspname = 'x') THEN SET ROLE other; END IF; END $EF$
        CodeBlock DO $EF$ BEGIN IF NOT EXISTS(SELECT 1 FROM pg_namespace WHERE nspname = 'x') THEN CREATE SCHEMA x; END IF; SET ROLE other; END $EF$
        CodeBlock DO $EF$ BEGIN IF NOT EXISTS(SELECT 1 FROM pg_namespace WHERE nspname = 'x') THEN CREATE SCHEMA x; END IF; END $EF$ LANGUAGE plperl
        CodeBlock CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'SELECT set_config(''role'', ''other'', false)'
        CodeBlock CREATE OR REPLACE FUNCTION pg_temp.f() RETURNS void LANGUAGE plpgsql AS $$BEGIN EXECUTE 'SET ROLE other'; END$$
        CodeBlock CREATE FUNCTION f() RETURNS int LANGUAGE sql SET role = other RETURN 1
        CodeBlock CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END
        CodeBlock CREATE PROCEDURE p() LANGUAGE plpgsql AS 'BEGIN SET ROLE other; END'
        CodeBlock CREATE OR REPLACE PROCEDURE p() LANGUAGE sql AS ''
        CodeBlock ALTER FUNCTION f() SET role = other
        CodeBlock ALTER FUNCTION f() SET standard_conforming_strings = off
        CodeBlock ALTER PROCEDURE p() SET ROLE TO other
        CodeBlock ALTER ROUTINE f() RESET ALL
        StatementKind CREATE AGGREGATE a (text, text, bool) (sfunc = 'set_config', stype = text)
        StatementKind CREATE OR REPLACE AGGREGATE a (text) (sfunc = f, stype = text, finalfunc = 'query_to_xml')
        StatementKind CREATE OPERATOR ~~~ (FUNCTION = 'ts_rewrite', LEFTARG = tsquery, RIGHTARG = text)
        StatementKind CREATE OPERATOR CLASS o FOR TYPE text USING btree AS FUNCTION 1 f(text, text)
        StatementKind CREATE CAST (text AS int) WITH FUNCTION f(text)
        StatementKind CREATE DEFAULT CONVERSION c FOR 'UTF8' TO 'SJIS' FROM f
        StatementKind CREATE TEXT SEARCH PARSER p (START = 'set_config')
        StatementKind CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION f()
        StatementKind CREATE EXTENSION dblink
        StatementKind CREATE EXTENSION IF NOT EXISTS plpython3u
        StatementKind CREATE EXTENSION "dblink" SCHEMA public
        StatementKind CREATE LANGUAGE plperl
        StatementKind CREATE LANGUAGE plpgsql
        StatementKind CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw
        StatementKind CREATE USER MAPPING FOR app SERVER s OPTIONS (user 'other')
        StatementKind CREATE SCHEMA s CREATE TABLE x (a int)
        StatementKind IMPORT FOREIGN SCHEMA s FROM SERVER x INTO y
        StatementKind LOAD 'plperl'
        StatementKind SECURITY LABEL ON ROLE app IS 'x'
        StatementKind PREPARE TRANSACTION 'x'
        StatementKind COMMIT PREPARED 'x'
        StatementKind ROLLBACK PREPARED 'x'
        StatementKind CHECKPOINT
        NotReadable FROBNICATE ALL
        NotReadable (SET ROLE other)
        """);

    /// <summary>Roles and what is remembered for them.</summary>
    public static IReadOnlyList<EscapeAttempt> Roles => Parse("""
        StatementKind ALTER ROLE app SET search_path = evil
        StatementKind ALTER ROLE app SET standard_conforming_strings = off
        StatementKind ALTER ROLE app SET role = other
        StatementKind ALTER ROLE CURRENT_USER PASSWORD 'x'
        StatementKind ALTER ROLE ALL RESET ALL
        StatementKind ALTER USER app PASSWORD 'x'
        StatementKind ALTER USER SESSION_USER SET role = other
        StatementKind ALTER GROUP app ADD USER other
        StatementKind ALTER DATABASE bench SET standard_conforming_strings = off
        StatementKind ALTER SYSTEM SET backslash_quote = on
        StatementKind CREATE ROLE x
        StatementKind CREATE USER x SUPERUSER
        StatementKind CREATE GROUP x
        StatementKind DROP ROLE other
        StatementKind DROP USER IF EXISTS other
        StatementKind DROP OWNED BY app
        StatementKind REASSIGN OWNED BY app TO other
        StatementKind GRANT other TO app
        StatementKind GRANT other TO app WITH ADMIN OPTION
        StatementKind GRANT "on", other TO app
        StatementKind REVOKE other FROM app
        StatementKind REVOKE ADMIN OPTION FOR other FROM app
        """);

    /// <summary>What PostgreSQL refuses as well.</summary>
    public static IReadOnlyList<EscapeAttempt> Unreadable => Parse("""
        NotReadable SELECT 'x
        NotReadable SELECT "x
        NotReadable SELECT E'x\'
        NotReadable SELECT $a$x$b$
        NotReadable SELECT /* /* */ 1
        NotReadable SELECT ""
        NotReadable SELECT 123abc
        NotReadable SELECT $1abc
        NotReadable SELECT 0x
        NotReadable SELECT 1_
        NotReadable SELECT 1e
        NotReadable SELECT \ 1
        NotReadable SELECT 1␀; SET ROLE other
        NotReadable \d
        """);

    private static List<EscapeAttempt> Parse(string lines)
    {
        var attempts = new List<EscapeAttempt>();
        foreach (var line in StatementLines.Of(lines))
        {
            var blank = line.IndexOf(' ', StringComparison.Ordinal);
            attempts.Add(new EscapeAttempt(line[..blank], line[(blank + 1)..]));
        }

        return attempts;
    }
}
