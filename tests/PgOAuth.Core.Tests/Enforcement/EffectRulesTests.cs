using System.Text;
using PgOAuth.Testing.Enforcement;
using Xunit;

namespace PgOAuth.Enforcement;

/// <summary>The table of docs/pooling.md. What DISCARD ALL undoes was tried on PostgreSQL 18.</summary>
public sealed class EffectRulesTests
{
    private const SessionEffects Unsure = SessionEffects.Touched | SessionEffects.Unprepares | SessionEffects.Resets;

    private readonly ParsingGuard _guard = new();

    [Theory]
    [InlineData("")]
    [InlineData(";;")]
    [InlineData("SELECT abalance FROM pgbench_accounts WHERE aid = 1;")]
    [InlineData("(SELECT 1) UNION (SELECT 2)")]
    [InlineData("BEGIN; INSERT INTO t VALUES (1) RETURNING id; COMMIT")]
    [InlineData("START TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY")]
    [InlineData("SET TRANSACTION READ ONLY")]
    [InlineData("SET CONSTRAINTS ALL DEFERRED")]
    [InlineData("SET LOCAL work_mem = '1MB'")]
    [InlineData("SET LOCAL search_path TO tenant_1, public")]
    [InlineData("SET LOCAL search_path = 'tenant_1'")]
    [InlineData("SELECT set_config('search_path', 'tenant_1', true)")]
    [InlineData("SELECT set_config('work_mem', $1, true)")]
    [InlineData("SELECT set_config('work_mem', f($1, 2), 't')")]
    [InlineData("SELECT pg_advisory_xact_lock(1), pg_try_advisory_xact_lock(2)")]
    [InlineData("SELECT pg_advisory_unlock_all()")]
    [InlineData("UNLISTEN *; CLOSE ALL; DISCARD SEQUENCES; DISCARD TEMP; DISCARD PLANS")]
    [InlineData("NOTIFY a, 'b'")]
    [InlineData("DECLARE c CURSOR FOR SELECT 1; FETCH c; CLOSE c")]
    [InlineData("DECLARE c CURSOR WITHOUT HOLD FOR SELECT 1")]
    [InlineData("SELECT temp, temporary FROM readings WHERE hold = 1")]
    [InlineData("UPDATE readings SET temp = 1, setseed = 2, dblink = 3")]
    [InlineData("SELECT 'pg_temp', 'setseed(1)', \"LISTEN\" FROM t -- setseed(1)")]
    [InlineData("SELECT nextval('s'), currval('s'), lastval(), setval('s', 1)")]
    [InlineData("CREATE TABLE t (id serial); ALTER TABLE t ADD c int; DROP TABLE t")]
    [InlineData("COPY t FROM STDIN")]
    [InlineData("EXECUTE p(1)")]
    [InlineData("EXPLAIN ANALYZE SELECT 1")]
    [InlineData("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT setseed(1)'")]
    public void NothingIsLeftBehind(string sql) => Assert.Equal(SessionEffects.None, Read(sql));

    [Theory]
    [InlineData("SET application_name = 'x'")]
    [InlineData("SET SESSION DateStyle TO 'ISO'")]
    [InlineData("SET TIME ZONE 'Europe/Berlin'")]
    [InlineData("SET SESSION TIME ZONE LOCAL")]
    [InlineData("set \"TimeZone\" = 'UTC'; SET intervalstyle = iso_8601")]
    [InlineData("SET NAMES 'UTF8'; SET client_encoding TO DEFAULT; SET NAMES")]
    [InlineData("SELECT set_config('application_name', $1, false)")]
    [InlineData("RESET application_name; RESET TIME ZONE")]
    public void B14_SettingThatTheServerReports_IsKeptPerClientInstead(string sql) => Assert.Equal(SessionEffects.None, Read(sql));

    [Theory]
    [InlineData("SET work_mem = '1MB'")]
    [InlineData("/* x */ set\tsearch_path = public")]
    [InlineData("SET SESSION statement_timeout = 0")]
    [InlineData("SET ROLE app")]
    [InlineData("SET SESSION AUTHORIZATION DEFAULT")]
    [InlineData("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")]
    [InlineData("SET SCHEMA 'x'")]
    [InlineData("SET XML OPTION DOCUMENT")]
    [InlineData("SET default_transaction_read_only = on")]
    [InlineData("SET standard_conforming_strings = on")]
    [InlineData("RESET work_mem")]
    [InlineData("SELECT set_config('work_mem', '1MB', false)")]
    [InlineData("SELECT pg_catalog.\"set_config\"('work_mem', '1MB', $1)")]
    [InlineData("SELECT set_config('work_mem', '1MB', true AND false)")]
    [InlineData("LISTEN a")]
    [InlineData("PREPARE p AS SELECT 1")]
    [InlineData("CREATE TEMP TABLE t (a int)")]
    [InlineData("CREATE OR REPLACE TEMPORARY VIEW v AS SELECT 1")]
    [InlineData("CREATE LOCAL TEMPORARY SEQUENCE s")]
    [InlineData("SELECT 1 INTO TEMP t")]
    [InlineData("WITH x AS (SELECT 1) SELECT * INTO LOCAL TEMP TABLE t FROM x")]
    [InlineData("EXPLAIN ANALYZE CREATE TEMP TABLE t AS SELECT 1")]
    [InlineData("CREATE TABLE pg_temp.t (a int)")]
    [InlineData("CREATE FUNCTION \"pg_temp\".f() RETURNS int LANGUAGE sql AS 'SELECT 1'")]
    [InlineData("SET LOCAL search_path = 'pg_temp'")]
    [InlineData("SET LOCAL search_path = E'pg\\x5ftemp'")]
    [InlineData("SET LOCAL search_path = public, PG_TEMP")]
    [InlineData("SET LOCAL SCHEMA 'pg_temp'")]
    [InlineData("SELECT set_config('search_path', $1, true)")]
    [InlineData("SELECT set_config('search_path', 'pg_' || 'temp', true)")]
    [InlineData("DECLARE c CURSOR WITH HOLD FOR SELECT 1")]
    [InlineData("DECLARE c SCROLL CURSOR WITH /* */ HOLD FOR SELECT 1")]
    [InlineData("SELECT pg_advisory_lock(1)")]
    [InlineData("SELECT PG_TRY_ADVISORY_LOCK_SHARED (1, 2)")]
    [InlineData("SELECT U&\"pg!005fadvisory_lock\" UESCAPE '!' (1)")]
    [InlineData("CALL p(1)")]
    [InlineData("SELECT 1; LISTEN a; SELECT 2")]
    public void B02_StateThatDiscardAllUndoes_Touches(string sql) => Assert.Equal(SessionEffects.Touched, Read(sql));

    [Theory]
    [InlineData("FROBNICATE x")]
    [InlineData("DO $$ BEGIN PERFORM 1; END $$")]
    [InlineData("DO LANGUAGE plpgsql $$ BEGIN END $$")]
    [InlineData("SELECT 'unterminated")]
    [InlineData("SELECT 1; /* unterminated")]
    [InlineData("DISCARD x")]
    public void WhatIsNotKnown_CountsAsEverythingThatAResetUndoes(string sql) => Assert.Equal(Unsure, Read(sql));

    [Fact]
    public void TextThatIsNotUtf8_CountsAsEverythingThatAResetUndoes() =>
        Assert.Equal(Unsure, _guard.Read([.. "SELECT '"u8, 0x83, (byte)'\\', (byte)'\'']).Effects);

    [Theory]
    [InlineData("LOAD 'auto_explain'")]
    [InlineData("SELECT setseed(0.5)")]
    [InlineData("SET seed = 0.5")]
    [InlineData("SET SEED TO 0.5")]
    [InlineData("SET LOCAL seed TO 0.5")]
    [InlineData("SELECT set_config('seed', '0.5', true)")]
    [InlineData("SELECT dblink_connect('c', '')")]
    [InlineData("SELECT public.\"dblink_connect_u\"('c', '')")]
    [InlineData("SELECT pg_replication_origin_session_setup('o')")]
    [InlineData("SELECT pg_create_logical_replication_slot('s', 'test_decoding', true)")]
    [InlineData("SELECT pg_backup_start('l')")]
    [InlineData("SET app.tenant = 'a'")]
    [InlineData("SET \"app.tenant\" TO 'a'")]
    [InlineData("SELECT set_config('app.tenant', 'a', false)")]
    [InlineData("SELECT set_config('app.tenant', 'a', is_local => false)")]
    [InlineData("SELECT set_config($1, 'a', false)")]
    [InlineData("RESET app.tenant")]
    [InlineData("SET local.role = 'x'")]
    [InlineData("CREATE LANGUAGE plperl")]
    [InlineData("ALTER EXTENSION hstore SET SCHEMA x")]
    [InlineData("CREATE EXTENSION hstore")]
    [InlineData("SELECT query_to_xml('SELECT setseed(1)', true, true, '')")]
    [InlineData("SET standard_conforming_strings = off")]
    [InlineData("SET LOCAL standard_conforming_strings TO off")]
    [InlineData("SET client_encoding = 'SJIS'")]
    [InlineData("SET NAMES 'BIG5'")]
    [InlineData("UPDATE pg_settings SET setting = 'a' WHERE name = 'app.tenant'")]
    public void B03_StateThatDiscardAllKeeps_Taints(string sql) => Assert.Equal(SessionEffects.Tainted, Read(sql));

    [Theory]
    [InlineData("FROBNICATE setseed(1)")]
    [InlineData("SELECT 1; LOAD 'auto_explain'; FROBNICATE")]
    [InlineData("SET app.tenant = 'a'; FROBNICATE")]
    [InlineData("FROBNICATE; CREATE EXTENSION hstore")]
    [InlineData("FROBNICATE; DO $$ BEGIN LOAD 'auto_explain'; END $$")]
    public void B03_TextThatOnlyAnotherVersionAccepts_TaintsByWhatStandsInIt(string sql) => Assert.Equal(Unsure | SessionEffects.Tainted, Read(sql));

    [Fact]
    public void B03_TextThatCannotBeParsed_HasNothingOfTheOneBeforeIt()
    {
        _guard.Read("SELECT setseed(0.5)"u8);

        Assert.Equal(Unsure, _guard.Read([.. "SELECT setseed(0.5)"u8, 0]).Effects);
        Assert.Equal(Unsure, _guard.Read("FROBNICATE x"u8).Effects);
    }

    [Theory]
    [InlineData("DO $$ GD['x'] = 1 $$ LANGUAGE plpython3u")]
    [InlineData("DO $$ BEGIN PERFORM setseed(0.5); END $$")]
    [InlineData("DO $$ BEGIN LOAD 'auto_explain'; END $$")]
    [InlineData("DO $$ BEGIN SET app.tenant = 'a'; END $$")]
    [InlineData("DO 'BEGIN PERFORM setseed(0.5); END'")]
    [InlineData("DO $$ 'unterminated $$")]
    public void B03_CodeThatMayLeaveMore_Taints(string sql) => Assert.Equal(Unsure | SessionEffects.Tainted, Read(sql));

    [Theory]
    [InlineData("SET LOCAL app.tenant = 'a'")]
    [InlineData("SELECT set_config('app.tenant', $1, true)")]
    public void B04_CustomSettingOfATransaction_LeavesItsName(string sql) => Assert.Equal(SessionEffects.Residue, Read(sql));

    [Fact]
    public void B04_ComputedSettingOfATransaction_IsAnyOfThem() =>
        Assert.Equal(SessionEffects.Residue | SessionEffects.Touched, Read("SELECT set_config($1, $2, true)"));

    [Theory]
    [InlineData("DISCARD ALL", SessionEffects.Unprepares | SessionEffects.Resets)]
    [InlineData("RESET ALL", SessionEffects.Touched | SessionEffects.Resets)]
    [InlineData("DEALLOCATE p", SessionEffects.Unprepares)]
    [InlineData("SELECT 1; DEALLOCATE ALL", SessionEffects.Unprepares)]
    public void WhatTheProxyKeepsOnTheConnection_IsKnownToBeGone(string sql, object expected) => Assert.Equal(expected, Read(sql));

    [Theory]
    [InlineData("DISCARD ALL", StatementForm.DiscardAll, null)]
    [InlineData(" ; discard /* */ all ; ;", StatementForm.DiscardAll, null)]
    [InlineData("DISCARD TEMP", StatementForm.Other, null)]
    [InlineData("DISCARD ALL; SELECT 1", StatementForm.Other, null)]
    [InlineData("SELECT 1; DISCARD ALL", StatementForm.Other, null)]
    [InlineData("DEALLOCATE ALL", StatementForm.DeallocateAll, null)]
    [InlineData("DEALLOCATE PREPARE ALL;", StatementForm.DeallocateAll, null)]
    [InlineData("DEALLOCATE \"all\"", StatementForm.Deallocate, "all")]
    [InlineData("DEALLOCATE MyName", StatementForm.Deallocate, "myname")]
    [InlineData("DEALLOCATE PREPARE \"My \"\"Name\"", StatementForm.Deallocate, "My \"Name")]
    [InlineData("DEALLOCATE prepare", StatementForm.Deallocate, "prepare")]
    [InlineData("DEALLOCATE p; DEALLOCATE q", StatementForm.Other, null)]
    [InlineData("DEALLOCATE 1", StatementForm.Other, null)]
    [InlineData("SELECT 1", StatementForm.Other, null)]
    public void Form_IsThatOfTheOnlyStatement(string sql, object form, string? name)
    {
        var reading = _guard.Read(Encoding.UTF8.GetBytes(sql));

        Assert.Equal((form, name), (reading.Form, reading.Name));
    }

    [Fact]
    public void B12_CursorThatOutlivesItsTransaction_Touches() =>
        Assert.Equal(SessionEffects.Touched, Read("BEGIN; DECLARE h INSENSITIVE CURSOR WITH HOLD FOR SELECT * FROM secrets; COMMIT"));

    [Fact]
    public void EveryPrefix_OfEveryCorpusText_IsReadWithoutFailing()
    {
        // Cut anywhere, unreadable ones included: the reader ends and says something.
        foreach (var attempt in EscapeAttempts.All)
        {
            var bytes = Encoding.UTF8.GetBytes(attempt.Sql);
            for (var length = 0; length <= bytes.Length; length++)
            {
                _ = _guard.Read(bytes.AsSpan(0, length));
            }
        }
    }

    [Fact]
    public void OrdinaryQueries_LeaveNothing()
    {
        // No reset for what applications send all the time.
        var others = OrdinaryStatements.EntityFramework.Concat(OrdinaryStatements.Applications)
            .Where(static sql => sql.StartsWith("SELECT", StringComparison.Ordinal) || sql.StartsWith("INSERT", StringComparison.Ordinal)
                || sql.StartsWith("UPDATE", StringComparison.Ordinal) || sql.StartsWith("DELETE", StringComparison.Ordinal))
            .Where(sql => Read(sql) != SessionEffects.None);

        Assert.All(others, static sql => Assert.True(
            sql.StartsWith("SELECT set_config('standard_conforming_strings', 'on', false)", StringComparison.Ordinal) || sql == "SELECT * INTO TEMP x FROM t",
            sql));
    }

    [Fact]
    public void NestedCalls_AreNotReadAgainForEachOther()
    {
        // Minutes if each of them looked for its last argument at the end of the text.
        Assert.Equal(Unsure, Read(Nested("work_mem", 100_000)));
        Assert.Equal(Unsure, Read(Nested("search_path", 100_000)));
        // As deep as the parser goes, it is judged by what stands in it.
        Assert.Equal(SessionEffects.Touched, Read(Nested("work_mem", 300)));
        Assert.Equal(SessionEffects.Touched, Read(Nested("search_path", 300)));
    }

    private static string Nested(string setting, int depth) =>
        "SELECT " + string.Concat(Enumerable.Repeat($"set_config('{setting}', ", depth)) + "'1MB'" + string.Concat(Enumerable.Repeat(", true)", depth));

    private SessionEffects Read(string sql) => _guard.Read(Encoding.UTF8.GetBytes(sql)).Effects;
}
