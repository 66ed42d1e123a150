using System.Diagnostics;
using System.Globalization;
using System.Text;
using PgOAuth.Enforcement;
using PgOAuth.Enforcement.Catalog;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Sql.Resolution;
using Xunit;

namespace PgOAuth.IntegrationTests.Enforcement.Catalog;

public sealed class CatalogReaderTests(ProxyFixture fixture, ITestOutputHelper output) : CatalogTestBase(fixture)
{
    private const string Objects =
        """
        create table public.base (id int primary key, "Größe" text, dropped int, late numeric);
        alter table public.base drop column dropped;
        create table public.child (extra int) inherits (public.base);
        create table public.parted (region text, amount int) partition by list (region);
        create table public.parted_eu partition of public.parted for values in ('eu') partition by range (amount);
        create table public.parted_eu_small partition of public.parted_eu for values from (0) to (10);
        create view public.looks as select id, "Größe" from public.base;
        create materialized view public.kept as select 1 as one;
        create type public.pair as (left_one int, right_one text);
        create domain public.positive as int check (value > 0);
        create type public.mood as enum ('calm', 'angry');
        create sequence public.counter;
        create function public.doubled(int) returns int language sql as 'select $1 * 2';
        create function public.doubled(text, text default 'x') returns text language sql as 'select $1 || $2';
        create function public.gathered(variadic int[]) returns int language sql as 'select 1';
        create function public.split(a int, out b int, out int, inout c text) language sql as 'select 1, 2, $2';
        create function public.listed(a int) returns table (n int, "Name" text) language sql security definer as 'select 1, ''x''';
        create procedure public.done(a int) language sql as 'select 1';
        """;

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Read_EveryRelationColumnAndParentOfTheServer_IsInTheSnapshot(int major)
    {
        var (server, database) = await DatabaseAsync(major);
        await ProxyFixture.ExecuteAsync(server, database, Objects, Cancellation);
        var view = (await ReadAsync(ReaderOf(server), database, null, TestRoles.Engineer)).For(TestRoles.Engineer, new CatalogSearchPath("public"))!;

        var rows = await RowsAsync(server, database, """
            select n.nspname, c.relname, c.oid, c.relkind::text, c.relispartition::text,
                   (select coalesce(string_agg(a.attname || ':' || a.attnum || ':' || a.atttypid, ',' order by a.attnum), '') from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and c.relkind not in ('i', 'I')),
                   (select coalesce(string_agg(i.inhparent::text, ',' order by i.inhseqno), '') from pg_inherits i where i.inhrelid = c.oid)
            from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname not like 'pg\_toast%' and n.nspname not like 'pg\_temp%'
            """);

        Assert.True(rows.Count > 300, $"{rows.Count}");
        foreach (var row in rows)
        {
            var relation = view.FindRelation(Utf8(row[0]), Utf8(row[1]));
            Assert.True(relation is not null, $"{row[0]}.{row[1]} is missing");
            var columns = string.Join(',', relation.Columns.Select(static c => $"{c.Name}:{c.Number}:{c.Type}"));
            var parents = string.Join(',', relation.Parents.Select(static p => $"{p.Oid}"));
            Assert.Equal((row[2], row[4], row[5], row[6]), ($"{relation.Oid}", relation.IsPartition ? "true" : "false", columns, parents));
            Assert.Equal(row[3], KindCode(relation.Kind));
            Assert.All(relation.Columns, (column, index) => Assert.Equal(index, relation.IndexOf(column.Name.Utf8)));
            Assert.Same(relation, view.Snapshot.FindRelation(relation.Oid));
        }

        Assert.Equal(rows.Count, view.Snapshot.Content.Relations.Count);
        var small = view.FindRelation(default, "parted_eu_small"u8)!;
        Assert.Equal("parted", small.Parents.Single().Parents.Single().Name.ToString());
        Assert.Null(view.FindRelation(default, "BASE"u8));
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Read_OperatorsAndCastsThatSomebodyMade_AreInTheSnapshot(int major)
    {
        var (server, database) = await DatabaseAsync(major);
        await ProxyFixture.ExecuteAsync(server, database, Objects, Cancellation);
        var reader = ReaderOf(server);
        var before = await ReadAsync(reader, database, null, TestRoles.Engineer);
        Assert.False(before.For(TestRoles.Engineer, new CatalogSearchPath("public"))!.HasOperators);
        await ProxyFixture.ExecuteAsync(server, database, """
            create schema far;
            create operator public.=== (leftarg = int, rightarg = int, function = pg_catalog.int4eq, commutator = operator(far.====));
            create operator far.## (rightarg = int, function = public.doubled);
            create function public.pair_of(int) returns public.pair language sql as 'select row($1, '''')::public.pair';
            create cast (int as public.pair) with function public.pair_of(int);
            create cast (public.mood as int) with inout;
            """, Cancellation);
        var after = await ReadAsync(reader, database, before, TestRoles.Engineer);
        var view = after.For(TestRoles.Engineer, new CatalogSearchPath("public"))!;

        Assert.NotSame(before.Content, after.Content);
        var same = Assert.Single(view.FindOperators(default, "==="u8).ToArray());
        Assert.Equal(("public", 23u, 23u, "pg_catalog.int4eq"), ($"{same.Schema}", same.Left, same.Right, $"{same.Function}"));
        Assert.Empty(view.FindOperators(default, "##"u8).ToArray());
        var far = Assert.Single(view.FindOperators("far"u8, "##"u8).ToArray());
        Assert.Equal((0u, 23u, "public.doubled"), (far.Left, far.Right, $"{far.Function}"));
        Assert.Empty(view.FindOperators("far"u8, "===="u8).ToArray());
        Assert.Empty(view.FindOperators(default, "="u8).ToArray());
        var cast = Assert.Single(view.Casts.ToArray());
        Assert.Equal((23u, view.FindType(default, "pair"u8)!.Oid, "public.pair_of"), (cast.Source, cast.Target, $"{cast.Function}"));
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task TheServersOwnOperators_HaveTheNamesThatTheResolverKnows(int major)
    {
        var (server, database) = await DatabaseAsync(major);
        var rows = await RowsAsync(server, database, """select distinct oprname collate "C" from pg_operator where oid < 16384 order by 1""");
        Assert.Equal(rows.Select(static row => row[0]), Encoding.UTF8.GetString(SqlServerOperators.Names).Split(' ').Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A18_NumbersOfLargeObjectFunctions_AreTheServers(int major)
    {
        var (server, database) = await DatabaseAsync(major);
        var found = 0;
        foreach (var row in await RowsAsync(server, database, "select oid, proname, pronargs from pg_proc where pronamespace = 'pg_catalog'::regnamespace"))
        {
            if (LargeObjectFunctions.TryFind(uint.Parse(row[0], CultureInfo.InvariantCulture), out var sql))
            {
                found++;
                var arguments = string.Join(", ", Enumerable.Range(1, int.Parse(row[2], CultureInfo.InvariantCulture)).Select(static n => $"${n}"));
                Assert.Equal($"SELECT pg_catalog.{row[1]}({arguments})", Encoding.UTF8.GetString(sql));
            }
        }

        Assert.Equal(13, found);
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Read_EveryFunctionAndTypeOfTheServer_IsInTheSnapshot(int major)
    {
        var (server, database) = await DatabaseAsync(major);
        await ProxyFixture.ExecuteAsync(server, database, Objects, Cancellation);
        var view = (await ReadAsync(ReaderOf(server), database, null, TestRoles.Engineer)).For(TestRoles.Engineer, new CatalogSearchPath("public"))!;

        var functions = await RowsAsync(server, database, """
            select n.nspname, p.proname, p.oid, p.proargtypes::text, p.prokind::text, p.pronargdefaults, (p.provariadic <> 0)::text, p.prorettype, p.proretset::text, p.prosecdef::text,
                   coalesce(cardinality(array(select 1 from unnest(p.proargmodes) as m where m in ('o', 'b', 't'))), 0)
            from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            """);
        foreach (var row in functions)
        {
            var function = Assert.Single(view.FindFunctions(Utf8(row[0]), Utf8(row[1])).ToArray(), f => $"{f.Oid}" == row[2]);
            Assert.Equal(
                (row[3], row[4], row[5], row[6], row[7], row[8], row[9], row[10]),
                (string.Join(' ', function.ArgumentTypes), KindCode(function.Kind), $"{function.DefaultCount}", Text(function.IsVariadic), $"{function.ReturnType}", Text(function.ReturnsSet), Text(function.IsSecurityDefiner), $"{function.OutColumns.Length}"));
        }

        Assert.Equal(["b", "column2", "c"], Columns(view, "split"u8));
        Assert.Equal(["n", "Name"], Columns(view, "listed"u8));
        Assert.Equal(2, view.FindFunctions(default, "doubled"u8).Length);

        var types = await RowsAsync(server, database, """
            select n.nspname, t.typname, t.oid, t.typtype::text, t.typrelid, case when t.typtype = 'd' then t.typbasetype when t.typlen = -1 then t.typelem else 0 end
            from pg_type t join pg_namespace n on n.oid = t.typnamespace where n.nspname not like 'pg\_toast%' and n.nspname not like 'pg\_temp%'
            """);
        foreach (var row in types)
        {
            var type = view.FindType(Utf8(row[0]), Utf8(row[1]));
            Assert.True(type is not null, $"{row[0]}.{row[1]} is missing");
            Assert.Equal((row[2], row[3], row[4], row[5]), ($"{type.Oid}", KindCode(type.Kind), $"{type.Relation?.Oid ?? 0}", $"{type.BaseType}"));
            Assert.Same(type, view.FindType(type.Oid));
        }

        Assert.Equal("int4", view.FindType(view.FindType(default, "_int4"u8)!.BaseType)!.Name.ToString());
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task D18_Names_ResolveAsPostgresDoesForTheRole(int major)
    {
        var (server, database) = await DatabaseAsync(major);
        await ProxyFixture.ExecuteAsync(server, database, """
            create schema hidden; create schema open; create schema "Mixed"; create schema empty;
            grant usage on schema open, "Mixed", empty to public; grant usage on schema hidden to engineer;
            create table hidden.t (a int); create table open.t (a int); create table public.t (a int); create table "Mixed".t (a int);
            create table public.pg_class (a int); create view open.orders as select 1 as a; create table hidden.only_hidden (a int); create table "Mixed"."T" (a int);
            create function hidden.f(int) returns int language sql as 'select 1'; create function open.f(text) returns int language sql as 'select 1';
            """, Cancellation);
        string[] roles = [TestRoles.Analyst, TestRoles.Engineer];
        var snapshot = await ReadAsync(ReaderOf(server), database, null, [.. roles, "no such role", "it's"]);

        string[][] paths = [["hidden", "open", "public"], ["open", "hidden"], ["public"], ["public", "pg_catalog"], ["nowhere", "Mixed", "open"], ["mixed", "public"], [], ["empty", "pg_catalog", "sales"], ["open", "open", "information_schema"]];
        foreach (var role in roles)
        {
            foreach (var path in paths)
            {
                var view = snapshot.For(role, new CatalogSearchPath(path))!;
                foreach (var name in new[] { "t", "T", "pg_class", "orders", "only_hidden", "tables", "pg_type", "none_such" })
                {
                    var setting = path.Length == 0 ? "''" : string.Join(", ", path.Select(static p => $"\"{p}\""));
                    var wanted = await RowsAsync(server, database, $"set role {role}; set search_path to {setting}; select coalesce(to_regclass('\"{name}\"')::oid, 0), coalesce(current_schema(), '')");
                    Assert.Equal((wanted[0][0], wanted[0][1]), ($"{view.FindRelation(default, Utf8(name))?.Oid ?? 0}", view.CreationSchema?.ToString() ?? ""));
                }
            }
        }

        Assert.Equal(["open"], Schemas(snapshot.For(TestRoles.Analyst, new CatalogSearchPath("hidden", "open"))!.FindFunctions(default, "f"u8)));
        Assert.Equal(["hidden", "open"], Schemas(snapshot.For(TestRoles.Engineer, new CatalogSearchPath("hidden", "open"))!.FindFunctions(default, "f"u8)));
        Assert.Null(snapshot.For("somebody else", new CatalogSearchPath("public")));
        Assert.Null(snapshot.For("no such role", new CatalogSearchPath("public"))!.FindRelation(default, "t"u8));
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task D20_EveryChange_IsNoticed_AndNothingElse(int major)
    {
        var (server, database) = await DatabaseAsync(major);
        await ProxyFixture.ExecuteAsync(server, database, Objects + "insert into public.parted values ('eu', 1)", Cancellation);
        var reader = ReaderOf(server);
        var snapshot = await ReadAsync(reader, database, null, TestRoles.Analyst);
        foreach (var change in new[]
        {
            "create table x1 (a int, b text)", "alter table x1 rename to x2", "alter table x2 rename column a to aa", "alter table x2 add column c int default 4",
            "alter table x2 drop column c", "alter table x2 alter column b type varchar(10)", "create view v1 as select aa from x2",
            "create or replace view v1 as select aa + 1 as aa from x2", "create or replace view v1 as select aa + 1 as aa, b from x2",
            "create function f1(int) returns int language sql as 'select 1'", "create or replace function f1(int) returns int language sql as 'select 2'",
            "alter function f1(int) security definer", "alter function f1(int) rename to f2", "drop function f2(int)",
            "create table px (region text, amount int)", "alter table parted attach partition px for values in ('us')", "alter table parted detach partition px",
            "create table py (region text)", "alter table px inherit py", "alter table px no inherit py",
            "create domain d1 as int", "alter domain d1 rename to d2", "create type e1 as enum ('a')", "create schema s1", "alter schema s1 rename to s2",
            "alter table px set schema s2", "alter table py enable row level security", "create rule r1 as on insert to py do instead nothing",
            "grant usage on schema s2 to analyst", "begin; alter table x2 rename column b to bb; savepoint a; alter table x2 rename column bb to bbb; rollback to a; commit",
            "drop view v1; drop table x2, py", "revoke usage on schema s2 from analyst", "create index on public.base (late)", "create extension pg_trgm",
        })
        {
            await ProxyFixture.ExecuteAsync(server, database, change, Cancellation);
            var next = await ReadAsync(reader, database, snapshot, TestRoles.Analyst);
            Assert.True(!ReferenceEquals(next, snapshot), $"not noticed: {change}");
            snapshot = next;
        }

        foreach (var noChange in new[]
        {
            "select 1", "insert into public.parted values ('eu', 2)", "create temp table t (a int); drop table t", "begin; create table gone (a int); rollback",
            "comment on table public.base is 'x'", "vacuum public.base", "vacuum freeze pg_catalog.pg_class", "reindex table pg_catalog.pg_attribute", "alter type public.mood add value 'glad'",
            "create policy p on public.base using (true)", 
        })
        {
            await ProxyFixture.ExecuteAsync(server, database, noChange, Cancellation);
            Assert.Same(snapshot, await ReadAsync(reader, database, snapshot, TestRoles.Analyst));
        }

        var other = await ReadAsync(reader, database, snapshot, TestRoles.Analyst, TestRoles.Engineer);
        Assert.NotSame(snapshot, other);
        Assert.Same(snapshot.Content, other.Content);
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Read_HundredThousandColumns_IsQuickAndBounded(int major)
    {
        var (server, database) = await DatabaseAsync(major);
        for (var i = 0; i < 10; i++)
        {
            await ProxyFixture.ExecuteAsync(server, database, $"""
                do $$ begin for i in {(i * 200) + 1}..{(i + 1) * 200} loop
                  execute format('create table public.wide_%s (%s)', i, (select string_agg(format('column_%s_%s int', i % 20, j), ', ') from generate_series(1, 50) as j));
                end loop; end $$
                """, Cancellation);
        }

        var reader = ReaderOf(server);
        var warm = await ReadAsync(reader, database, null, TestRoles.Analyst);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var watch = Stopwatch.StartNew();
        var snapshot = await ReadAsync(reader, database, null, TestRoles.Analyst);
        var loaded = watch.ElapsedMilliseconds;
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        watch.Restart();
        Assert.Same(snapshot, await ReadAsync(reader, database, snapshot, TestRoles.Analyst));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{snapshot.Content.ColumnCount} columns: loaded in {loaded} ms, checked in {watch.ElapsedMilliseconds} ms, {bytes / 1024} KiB, estimated {snapshot.Content.EstimatedBytes / 1024} KiB"));

        GC.KeepAlive(warm);
        Assert.True(snapshot.Content.ColumnCount > 100_000);

        // Tests beside this one use memory as well; alone it measures 7 to 10 MB.
        Assert.True(bytes < 64L * 1024 * 1024, $"{bytes} bytes");
        Assert.InRange(snapshot.Content.EstimatedBytes, 5_000_000, 20_000_000);
        var tooMuch = await ReaderOf(server, new CatalogLimits { MaxBytes = 1024 * 1024 }).ReadAsync(new CatalogKey("main", database), null, [], Cancellation);
        Assert.Contains("more than 1048576 bytes", tooMuch.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Read_WhatCannotBeRead_IsAResult(int major)
    {
        var (server, database) = await DatabaseAsync(major);

        var missing = await ReaderOf(server).ReadAsync(new CatalogKey("main", "no_such_database"), null, [], Cancellation);
        var unknown = await ReaderOf(server).ReadAsync(new CatalogKey("other", database), null, [], Cancellation);
        var late = await ReaderOf(server, new CatalogLimits { ReadTimeout = TimeSpan.FromTicks(1) }).ReadAsync(new CatalogKey("main", database), null, [], Cancellation);

        Assert.Contains("3D000", missing.Problem, StringComparison.Ordinal);
        Assert.Contains("no server other", unknown.Problem, StringComparison.Ordinal);
        Assert.Contains("not read within", late.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A11_ShadowedNamesAndSettings_DoNotMislead(int major)
    {
        var (server, database) = await DatabaseAsync(major);
        await ProxyFixture.ExecuteAsync(server, database, $"""
            create schema evil; grant usage on schema evil to public;
            create function evil.eq(oid, oid) returns bool language plpgsql as 'begin raise exception ''shadowed''; end';
            create operator evil.= (leftarg = oid, rightarg = oid, function = evil.eq);
            create view evil.pg_namespace as select 1::oid as oid, 'fake'::name as nspname; grant select on evil.pg_namespace to public;
            alter database {database} set search_path = evil, pg_catalog;
            alter database {database} set client_encoding = 'LATIN1';
            alter database {database} set bytea_output = 'escape';
            create table public."größe" (a int);
            """, Cancellation);

        var view = (await ReadAsync(ReaderOf(server), database, null, TestRoles.Analyst)).For(TestRoles.Analyst, new CatalogSearchPath("public"))!;

        Assert.NotNull(view.FindRelation(default, "größe"u8));
        Assert.Null(view.FindRelation("fake"u8, "pg_class"u8));
    }

    private static ReadOnlySpan<byte> Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(bool value) => value ? "true" : "false";

    private static string[] Columns(CatalogView view, ReadOnlySpan<byte> function) => [.. view.FindFunctions(default, function)[0].OutColumns.Select(static c => c.Name.ToString())];

    private static string[] Schemas(ReadOnlySpan<SqlFunction> functions) => [.. functions.ToArray().Select(static f => f.Schema.ToString())];

    private static string KindCode(SqlRelationKind kind) => kind switch
    {
        SqlRelationKind.Table => "r",
        SqlRelationKind.PartitionedTable => "p",
        SqlRelationKind.View => "v",
        SqlRelationKind.MaterializedView => "m",
        SqlRelationKind.ForeignTable => "f",
        SqlRelationKind.Sequence => "S",
        SqlRelationKind.CompositeType => "c",
        SqlRelationKind.Index => "i",
        SqlRelationKind.PartitionedIndex => "I",
        _ => "?",
    };

    private static string KindCode(SqlFunctionKind kind) => kind switch
    {
        SqlFunctionKind.Function => "f",
        SqlFunctionKind.Procedure => "p",
        SqlFunctionKind.Aggregate => "a",
        SqlFunctionKind.Window => "w",
        _ => "?",
    };

    private static string KindCode(SqlTypeKind kind) => kind switch
    {
        SqlTypeKind.Base => "b",
        SqlTypeKind.Composite => "c",
        SqlTypeKind.Domain => "d",
        SqlTypeKind.Enum => "e",
        SqlTypeKind.Pseudo => "p",
        SqlTypeKind.Range => "r",
        SqlTypeKind.Multirange => "m",
        _ => "?",
    };
}
