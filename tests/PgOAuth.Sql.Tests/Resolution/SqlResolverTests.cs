using System.Text;
using PgOAuth.Sql.Syntax;
using Xunit;

namespace PgOAuth.Sql.Resolution;

/// <summary>What statements access, by the threats they stand for. A server's answers to hundreds more are in the integration tests.</summary>
public sealed class SqlResolverTests
{
    private static readonly MemoryCatalog Catalog = BuildCatalog();

    [Theory]
    [InlineData("select id from t", "Read t(id)")]
    [InlineData("select id from app.t", "Read app.t(id)")]
    [InlineData("select id from pg_class", "Read pg_catalog.pg_class(id)")]
    [InlineData("select id from shadowed", "Read pg_catalog.shadowed(id)")]
    [InlineData("select id from public.shadowed", "Read shadowed(id)")]
    [InlineData("select lower(name) from t", "Call pg_catalog.lower|Read t(name)")]
    [InlineData("select app.lower(name) from t", "Call app.lower|Read t(name)")]
    [InlineData("select pg_temp.f(1)", "!unknown function: pg_temp.f")]
    [InlineData("select * from pg_temp.t", "!unknown relation: pg_temp.t")]
    public void D18_Names_GoByThePinnedPath(string sql, string expected) => Check(sql, expected);

    [Theory]
    [InlineData("select ID from T", "Read t(id)")]
    [InlineData("select \"ID\" from t", "!unknown column: \"ID\"")]
    [InlineData("select \"Id\" from \"Mixed Case\"", "Read Mixed Case(Id)")]
    [InlineData("select u&\"\\0049d\" from \"Mixed Case\"", "Read Mixed Case(Id)")]
    [InlineData("select db.public.t.id from db.public.t", "Read t(id)")]
    [InlineData("select id from other.public.t", "!unknown relation: other.public.t")]
    [InlineData("select id from only t", "Read t(id) only")]
    [InlineData("select id from t *", "Read t(id)")]
    [InlineData("select 't'::regclass", "Name t()")]
    [InlineData("select regclass 'app.t', 'PUBLIC . \"Mixed Case\"'::regclass", "Name Mixed Case()|Name app.t()")]
    [InlineData("select E'\\x74'::regclass, $$t$$::pg_catalog.regclass, cast('t' as name_domain)", "Name t()")]
    [InlineData("select 'nosuch'::regclass", "!unknown relation: 'nosuch'")]
    [InlineData("select $1::regclass, name::regclass, '{t}'::regclass[], '16384'::regclass from t", "Name $1|Name '16384'|Name '{t}'|Name name|Read t(name)")]
    [InlineData("select nextval('s')", "Call pg_catalog.nextval|Name s()")]
    [InlineData("select nextval('s'::regclass)", "Call pg_catalog.nextval|Name s()")]
    [InlineData("select nextval('s' || 'x')", "Call pg_catalog.nextval|Name 's' || 'x'")]
    [InlineData("select nextval(null)", "Call pg_catalog.nextval")]
    [InlineData("select nextval('nosuch')", "!unknown relation: 'nosuch'")]
    [InlineData("select to_regclass('nosuch'), to_regclass('t')", "Call pg_catalog.to_regclass|Name t()")]
    public void D19_SpellingsAndNamesInLiterals(string sql, string expected) => Check(sql, expected);

    [Theory]
    [InlineData("select nosuch from t", "!unknown column: nosuch")]
    [InlineData("select t.nosuch from t", "!unknown column: t.nosuch")]
    [InlineData("select x.id from t", "!missing FROM entry: x.id")]
    [InlineData("select t.id from t x", "!missing FROM entry: t.id")]
    [InlineData("insert into t (nosuch) values (1)", "!unknown column: nosuch")]
    [InlineData("update t set nosuch = 1", "!unknown column: nosuch")]
    [InlineData("select * from t join u using (nosuch)", "!unknown column: nosuch")]
    [InlineData("select nosuch(1)", "!unknown function: nosuch")]
    [InlineData("select nosuch()", "!unknown function: nosuch")]
    [InlineData("select nosuch(lower('a'))", "!unknown function: nosuch")]
    [InlineData("select nosuch('a'::text)", "!unknown function: nosuch")]
    [InlineData("select nosuch((select id from t))", "!unknown function: nosuch")]
    [InlineData("select nosuch(x) from (select id as x from t) q", "!unknown function: nosuch")]
    [InlineData("select nosuch(case when true then 1 end)", "!unknown function: nosuch")]
    [InlineData("delete from nosuch", "!unknown relation: nosuch")]
    [InlineData("copy t (nosuch) to stdout", "!unknown column: nosuch")]
    [InlineData("select id from t as q(a, b, c, d, e)", "!too many column aliases: d")]
    public void D20_WhatIsNotKnown_Fails(string sql, string expected) => Check(sql, expected);

    [Theory]
    [InlineData("select secret from child", "Read child(secret) child")]
    [InlineData("select secret from only child", "Read child(secret) only child")]
    [InlineData("select secret from parent", "Read parent(secret)")]
    [InlineData("delete from child", "Delete child() child")]
    public void D22_Children_AreToldAsSuch(string sql, string expected) => Check(sql, expected);

    [Theory]
    [InlineData("select t from t")]
    [InlineData("select t::text from t")]
    [InlineData("select (t) from t")]
    [InlineData("select row(t) from t")]
    [InlineData("select 1 from t group by t")]
    [InlineData("select 1 from t where t = row(1, 'guess', null)::t")]
    [InlineData("select q from t q")]
    [InlineData("select public.t from t", "!missing FROM entry: public.t")]
    [InlineData("select x.a from (select t as a from t) x")]
    [InlineData("select (select t) from t")]
    [InlineData("select (t.*) is null from t", "Read t(id,name,secret)")]
    [InlineData("select (t).* from t", "Read t(id,name,secret)")]
    [InlineData("table t", "Read t(id,name,secret)")]
    [InlineData("select row(t.*) from t", "Read t(id,name,secret)")]
    [InlineData("select full_name(t) from t", "Call public.full_name|Read t(id,name,secret) row")]
    public void D24_WholeRows_AreAllColumns(string sql, string expected = "Read t(id,name,secret) row") => Check(sql, expected);

    [Theory]
    [InlineData("select secret(t) from t", "Read t(secret)")]
    [InlineData("select \"secret\"(t) from t", "Read t(secret)")]
    [InlineData("select secret(q) from t q", "Read t(secret)")]
    [InlineData("select (t).secret from t", "Read t(secret)")]
    [InlineData("select ((t)).secret from t", "Read t(secret)")]
    [InlineData("select t.full_name from t", "Call public.full_name|Read t(id,name,secret) row")]
    [InlineData("select (t).full_name from t", "Call public.full_name|Read t(id,name,secret) row")]
    [InlineData("select ((select t)).full_name from t", "Call public.full_name|Read t(id,name,secret) row")]
    [InlineData("select t.lower from t", "!unknown column: t.lower")]
    [InlineData("select nosuch(t) from t", "!unknown function: nosuch")]
    [InlineData("select (id).pg_sleep from t", "Call pg_catalog.pg_sleep|Read t(id)")]
    [InlineData("select (0.1::float8).pg_sleep", "Call pg_catalog.pg_sleep")]
    [InlineData("select (0.1)[1].pg_sleep", "Call pg_catalog.pg_sleep")]
    [InlineData("select ($1).\"pg_sleep\"", "Call pg_catalog.pg_sleep")]
    [InlineData("select (select id from t).pg_sleep", "Call pg_catalog.pg_sleep|Read t(id)")]
    [InlineData("select (max(id)).pg_sleep from t", "Call pg_catalog.max|Call pg_catalog.pg_sleep|Read t(id)")]
    [InlineData("select ('s').nextval, ('s'::regclass).nextval", "Call pg_catalog.nextval|Name s()")]
    [InlineData("select ('s'::text).nextval", "Call pg_catalog.nextval|Name 's'::text")]
    [InlineData("select x.pg_sleep from abs(0.1) x", "Call pg_catalog.abs|Call pg_catalog.pg_sleep")]
    [InlineData("select (x).pg_sleep from abs(0.1) x", "Call pg_catalog.abs|Call pg_catalog.pg_sleep")]
    [InlineData("select x.pg_sleep from (select 0.1) x", "!unknown column: x.pg_sleep")]
    public void D25_AttributeNotation_IsTheColumnOrTheCall(string sql, string expected) => Check(sql, expected);

    [Theory]
    [InlineData("select treat(id as pg_sleep) from t", "Call pg_catalog.pg_sleep|Read t(id)")]
    [InlineData("select treat(0.1 as public.\"pg_sleep\"(3)[])", "Call pg_catalog.pg_sleep")]
    [InlineData("select treat('s' as nextval)", "Call pg_catalog.nextval|Name s()")]
    [InlineData("select 1 from treat(0.1 as pg_sleep)", "Call pg_catalog.pg_sleep")]
    [InlineData("select treat(0.1 as double precision)", "Call pg_catalog.float8")]
    public void D31_Treat_CallsTheFunctionOfTheTypesName(string sql, string expected) => Check(sql, expected);

    [Theory]
    [InlineData("select c from t as q(a, b, c)", "Read t(secret)")]
    [InlineData("select name from t as q(a, name, c)", "Read t(name)")]
    [InlineData("select name from t as q(a, b, name)", "Read t(secret)")]
    [InlineData("select x from (select secret from t) as q(x)", "Read t(secret)")]
    [InlineData("select x from (t join u on true) as j(a, b, x)", "Read t(secret)|Read u()")]
    [InlineData("select x from (t join u using (id)) as j(a, b, x)", "Read t(id,secret)|Read u(id)")]
    [InlineData("select x from (u join t using (id)) as j(a, b, c, x)", "Read t(id,name)|Read u(id)")]
    [InlineData("with c(name) as (select secret from t) select name from c", "Read t(secret)")]
    [InlineData("select name from (values (1)) v(name)", "")]
    [InlineData("select secret from (select id from t) as q(secret)", "Read t(id)")]
    [InlineData("select (select secret) from (select id from t) q, t", "Read t(id)|Read t(secret)")]
    public void D26_AliasLists_GoByPosition(string sql, string expected) => Check(sql, expected);

    [Theory]
    [InlineData("select 1 from t natural join (values ('guess')) z(secret)", "Read t(secret)")]
    [InlineData("select 1 from t join (values ('guess')) z(secret) using (secret)", "Read t(secret)")]
    [InlineData("select 1 from t natural join u", "Read t(id,secret)|Read u(id,secret)")]
    [InlineData("select 1 from t natural left join (select secret from u) x", "Read t(secret)|Read u(secret)")]
    [InlineData("select 1 from (t join u using (id)) natural join child", "Read child(secret) child|Read t(id,secret)|Read u(id,secret)")]
    [InlineData("select j.id from t join u using (id) as j", "Read t(id)|Read u(id)")]
    [InlineData("select 1 from t natural join json_populate_record(null::t, '{}') x", "!columns of a natural join are not known: t natural join json_populate_record(null::t, '{}') x")]
    public void D27_NaturalAndUsing_ReadBothSides(string sql, string expected) => Check(sql, expected);

    [Theory]
    [InlineData("select id from t where secret = 'a'")]
    [InlineData("select id from t order by secret")]
    [InlineData("select id from t group by id, secret")]
    [InlineData("select distinct on (secret) id from t")]
    [InlineData("select id from t group by id having max(secret) > ''", "Call pg_catalog.max|Read t(id,secret)")]
    [InlineData("select max(id) over (partition by secret) from t", "Call pg_catalog.max|Read t(id,secret)")]
    [InlineData("select max(id) over w from t window w as (order by secret)", "Call pg_catalog.max|Read t(id,secret)")]
    [InlineData("select max(id) filter (where secret = '') from t", "Call pg_catalog.max|Read t(id,secret)")]
    [InlineData("select id from t group by grouping sets ((id), (id, secret))")]
    [InlineData("select u.id from u join t on t.secret = u.note and t.id = 1", "Read t(id,secret)|Read u(id,note)")]
    [InlineData("select 1 from u limit (select max(secret) from t where id = 1)", "Call pg_catalog.max|Read t(id,secret)|Read u()")]
    [InlineData("select case when secret = '' then id end from t")]
    [InlineData("select id from t where exists (select 1 where secret = '')")]
    [InlineData("select id from t where (secret, 1) in (select 'a', 2)")]
    [InlineData("select array[id::text, secret] from t")]
    [InlineData("select id from t order by lower(secret)", "Call pg_catalog.lower|Read t(id,secret)")]
    [InlineData("select id as secret from t order by secret", "Read t(id)")]
    [InlineData("select id as secret from t group by secret")]
    [InlineData("select count(*) from t", "Call pg_catalog.count|Read t()")]
    [InlineData("create index on t (id, secret)", "Alter t()|Read t(id,secret)")]
    [InlineData("alter table t add check (id > 0 and secret > '')", "Alter t()|Read t(id,secret)")]
    public void D28_EveryClause_Reads(string sql, string expected = "Read t(id,secret)") => Check(sql, expected);

    [Theory]
    [InlineData("insert into t values (1)", "Insert t(id,name,secret)")]
    [InlineData("insert into t (id) values (1)", "Insert t(id)")]
    [InlineData("insert into t (id) values (1) returning secret", "Insert t(id)|Read t(secret)")]
    [InlineData("insert into t (id) select id from u where secret = ''", "Insert t(id)|Read u(id,secret)")]
    [InlineData("insert into t (id) values (1) on conflict do nothing", "Insert t(id)")]
    [InlineData("insert into t (id) values (1) on conflict on constraint t_key do nothing", "Insert t(id)|Read t(id,name,secret)")]
    [InlineData("insert into t as x (id) values (1) on conflict /* */ on constraint t_key do update set name = excluded.name", "Insert t(id,name)|Read t(id,name,secret)|Update t(name)")]
    [InlineData("insert into t (id) values (1) on conflict (id) do update set name = t.secret", "Insert t(id)|Read t(id,secret)|Update t(name)")]
    [InlineData("insert into t (id) values (1) on conflict (id) do update set name = excluded.name where t.secret = ''", "Insert t(id,name)|Read t(id,secret)|Update t(name)")]
    [InlineData("update t set name = 'x'", "Update t(name)")]
    [InlineData("update t set name = secret", "Read t(secret)|Update t(name)")]
    [InlineData("update t set (name, id) = (select secret, 1 from u where u.id = t.id)", "Read t(id)|Read u(id,secret)|Update t(id,name)")]
    [InlineData("update t set name = 'x' returning old.secret", "Read t(secret)|Update t(name)")]
    [InlineData("update t set name = 'x' returning with (new as n) n.secret", "Read t(secret)|Update t(name)")]
    [InlineData("update t set name = 'x' from u where u.id = t.id returning *", "Read t(id,name,secret)|Read u(id,note,secret)|Update t(name)")]
    [InlineData("delete from t", "Delete t()")]
    [InlineData("delete from t using u where t.secret = u.note", "Delete t()|Read t(secret)|Read u(note)")]
    [InlineData("with d as (delete from t returning secret) select * from d", "Delete t()|Read t(secret)")]
    [InlineData("merge into t using u on t.id = u.id when matched then update set name = u.note when not matched then insert (id) values (u.id) when not matched by source and t.secret = '' then delete", "Delete t()|Insert t(id)|Read t(id,secret)|Read u(id,note)|Update t(name)")]
    [InlineData("merge into t using u on t.id = u.id when not matched then insert values (1, secret)", "Insert t(id,name,secret)|Read t(id)|Read u(id,secret)")]
    [InlineData("merge into t using u on true when matched then do nothing returning merge_action(), old.secret", "Read t(secret)|Read u()")]
    [InlineData("copy t to stdout", "CopyTo t(id,name,secret)|Read t(id,name,secret)")]
    [InlineData("copy t (id) from stdin where name = ''", "CopyFrom t(id)|Insert t(id,name)")]
    [InlineData("copy (select secret from t) to program 'cat'", "CopyServerFile program|CopyTo select secret from t|Read t(secret)")]
    [InlineData("copy t (id) to '/tmp/to'", "CopyServerFile '/tmp/to'|CopyTo t(id)|Read t(id)")]
    public void D29_Changes_AndWhatTheyRead(string sql, string expected) => Check(sql, expected);

    [Theory]
    [InlineData("select (x.r).secret from (select t as r from t) x", "Read t(id,name,secret) row")]
    [InlineData("select (r.t).secret from (select t from t) r", "Read t(id,name,secret) row")]
    [InlineData("select ((array[t])[1]).secret from t", "Read t(id,name,secret) row")]
    [InlineData("select name[1:id] from t", "Read t(id,name)")]
    [InlineData("select * from t, lateral (select t.secret) x", "Read t(id,name,secret)")]
    [InlineData("select x.value from t, json_each(row_to_json(t)) x", "Call pg_catalog.json_each|Call pg_catalog.row_to_json|Read t(id,name,secret) row")]
    public void D30_Fields_AreReadsOfWhatTheyAreOf(string sql, string expected) => Check(sql, expected);

    [Theory]
    [InlineData("select query_to_xml('select secret from t', true, false, '')", "Call pg_catalog.query_to_xml")]
    [InlineData("select lower('a'), lower(name) from t", "Call pg_catalog.lower|Read t(name)")]
    [InlineData("select trim(name), name like 'a' escape 'b', extract(year from name), name at time zone 'x' from t", "Call pg_catalog.btrim|Call pg_catalog.extract|Call pg_catalog.like_escape|Call pg_catalog.timezone|Read t(name)")]
    [InlineData("select * from row_to_json(null) where true", "Call pg_catalog.row_to_json")]
    [InlineData("call proc('s')", "Call public.proc|Name s()")]
    [InlineData("select mode() within group (order by secret) from t", "Call pg_catalog.mode|Read t(secret)")]
    [InlineData("select 1 from t tablesample system (1)", "Call pg_catalog.system|Read t()")]
    public void D31_Functions_AreToldEvenFromSpecialSyntax(string sql, string expected) => Check(sql, expected);

    [Theory]
    [InlineData("create table x (like t)", "Create x|Read t(id,name,secret)")]
    [InlineData("create table x as select secret from t", "Create x|Read t(secret)")]
    [InlineData("select secret into x from t", "Create x|Read t(secret)")]
    [InlineData("create view x as select secret from t", "Create x|Read t(secret)")]
    [InlineData("create or replace view v as select secret from t", "Create v()|Read t(secret)")]
    [InlineData("create materialized view x as table t", "Create x|Read t(id,name,secret)")]
    [InlineData("create recursive view x (n) as select id from t union all select n from x, u where note = n::text", "Create x|Read t(id)|Read u(note)")]
    [InlineData("comment on table t is 'x'", "Alter t()")]
    [InlineData("drop table t, nosuch", "Drop nosuch|Drop t()")]
    [InlineData("truncate t", "Truncate t()")]
    [InlineData("explain analyze update t set name = secret", "Read t(secret)|Update t(name)")]
    [InlineData("prepare p as select secret from t where id = $1", "Read t(id,secret)")]
    [InlineData("execute p((select max(id) from t))", "Call pg_catalog.max|Read t(id)|UsePrepared p")]
    [InlineData("declare c cursor for table u", "Read u(id,note,secret)")]
    [InlineData("delete from t where current of c", "Delete t()|UseCursor c")]
    [InlineData("close all", "UseCursor ")]
    [InlineData("reset all", "SetSetting ")]
    [InlineData("set local work_mem = 1", "SetSetting work_mem")]
    [InlineData("create rule r as on insert to t do also insert into u (note) values (new.secret)", "Alter t()|Insert u(note)|Read t(secret)")]
    [InlineData("create function f(a int) returns int begin atomic select secret from t where id = a; end", "Read t(id,secret)")]
    public void D32_Definitions_ReadWhatIsInThem(string sql, string expected) => Check(sql, expected);

    [Theory]
    [InlineData("select ctid from t", "Read t(ctid)")]
    [InlineData("update t set name = '' where t.ctid = '(0,1)' and xmin = '1'", "Read t(ctid,xmin)|Update t(name)")]
    [InlineData("select tableoid from v", "!unknown column: tableoid")]
    [InlineData("select t.cmax, cmin, xmax, tableoid from t", "Read t(cmin,xmax,cmax,tableoid)")]
    [InlineData("select * from t", "Read t(id,name,secret)")]
    public void D33_SystemColumns_AreToldApart(string sql, string expected) => Check(sql, expected);

    [Theory]
    [InlineData("with t as (select secret from t) select secret from t", "Read t(secret)")]
    [InlineData("with t as (select 1 as id) select id from t", "")]
    [InlineData("with t as (select 1 as id) select secret from t", "!unknown column: secret")]
    [InlineData("with recursive r as (select id from t union all select u.id from u, r where u.id = r.id) select * from r", "Read t(id)|Read u(id)")]
    [InlineData("with recursive a as (select * from b), b as (select secret from t) select secret from a", "Read t(secret)")]
    [InlineData("with recursive r(n) as (select id from t union all select id from u, r where id = n) search depth first by n set o cycle n set c using p select o, c, p from r", "Read t(id)|Read u(id)")]
    [InlineData("with recursive a as (select * from a) select 1", "!recursion where it may not be: a")]
    [InlineData("select 1 from t where (with u as (select t.secret as x) select x from u) = ''", "Read t(secret)")]
    [InlineData("select 1 from t, (select t.secret) x", "!missing FROM entry: t.secret")]
    [InlineData("select 1 from u, t join v on u.id = v.id", "!missing FROM entry: u.id")]
    [InlineData("select (select 1 from u, t join v on note = v.id) from u o", "Read t()|Read u()|Read u(note)|Read v(id)")]
    [InlineData("select id from t union select id from u order by secret", "!ORDER BY of a set operation: secret")]
    [InlineData("select id from t, u for update of u", "Lock4 u()|Read t(id)|Read u(id)")]
    [InlineData("select 1 from t, (select id from u) x for share", "Lock2 t()|Lock2 u()|Read t()|Read u(id)")]
    [InlineData("select id from t for update of nosuch", "!missing FROM entry: nosuch")]
    [InlineData("values (1, (select max(secret) from t)) order by column2", "Call pg_catalog.max|Read t(secret)")]
    public void Scopes_AreThoseOfTheServer(string sql, string expected) => Check(sql, expected);

    [Fact]
    public void References_TellWhereAColumnIsUsed()
    {
        var text = "select id from t where lower(secret) = 'a'"u8.ToArray();
        var accesses = Resolve(text, out var parser);
        var reference = Assert.Single(accesses.References.ToArray(), r => r.Column == 2);
        Assert.Equal("secret", Encoding.UTF8.GetString(text[parser.Tokens[reference.Token].Start..parser.Tokens[reference.EndToken - 1].End]));
        Assert.Equal(SqlAccessKind.Read, accesses.Accesses[reference.Access].Kind);
        Assert.Equal(SqlNodeKind.SelectStmt, accesses.Accesses[0].Statement);
        Assert.Equal(SqlAccessKind.Statement, accesses.Accesses[0].Kind);
    }

    [Fact]
    public void WideTables_HaveSetsOfSeveralWords()
    {
        var catalog = new MemoryCatalog("db", "public");
        catalog.Table("public", "wide", string.Join(',', Enumerable.Range(0, 130).Select(i => $"c{i}")));
        catalog.Type("x", 25);
        Assert.Equal(["Read wide(c0,c64,c129)"], AccessText.Of("select c129, c64 from wide where c0 = ''", catalog));
        Assert.Equal(129, AccessText.Of("table wide", catalog)[0].Count(c => c == ','));
    }

    [Fact]
    public void DeepNesting_IsAnAnswerAndNoOverflow()
    {
        var sql = string.Concat(Enumerable.Repeat("select * from (", 250)) + "select secret from t" + string.Concat(Enumerable.Range(0, 250).Select(i => $") q{i}"));
        Assert.Equal(["Read t(secret)"], AccessText.Of(sql, Catalog));
        IReadOnlyList<string> onSmallStack = [];
        var thread = new Thread(() => onSmallStack = AccessText.Of(sql, Catalog), 160 * 1024);
        thread.Start();
        thread.Join();
        Assert.NotEmpty(onSmallStack);
    }

    [Fact]
    public void Explosions_AreRefused()
    {
        var doubling = "with c0 as (select 1 as a)" + string.Concat(Enumerable.Range(1, 60).Select(i => $", c{i} as (select x.*, y.* from c{i - 1} x, c{i - 1} y)")) + " select * from c60";
        Assert.StartsWith("!statement too complex", AccessText.Of(doubling, Catalog)[0]);
        var square = "select " + string.Join(',', Enumerable.Repeat("id", 30_000)) + " from " + string.Join(',', Enumerable.Range(0, 30_000).Select(i => $"u u{i}"));
        Assert.StartsWith("!statement too complex", AccessText.Of(square, Catalog)[0]);
    }

    [Fact]
    public void ASecondStatement_CostsNoAllocation()
    {
        var catalog = new NullCatalog(Catalog);
        var text = Encoding.UTF8.GetBytes("with c as (select * from t) select c.id, lower(q.secret) from c join t as q(id, name, secret) using (id) where exists (select 1 from t where t.id = c.id) order by id");
        var parser = new SqlParser();
        Assert.True(parser.Parse(text));
        var resolver = new SqlResolver();
        var accesses = new SqlAccessList();
        long allocated = 0;
        for (var i = 0; i < 3; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            resolver.Resolve(text, parser.Tokens, parser.Nodes, parser.Statements[0], catalog, accesses);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Null(accesses.Failure);
        Assert.Equal(0, allocated);
    }

    private static void Check(string sql, string expected) => Assert.Equal(expected, string.Join('|', AccessText.Of(sql, Catalog)));

    private static SqlAccessList Resolve(byte[] text, out SqlParser parser)
    {
        parser = new SqlParser();
        Assert.True(parser.Parse(text));
        var accesses = new SqlAccessList();
        new SqlResolver().Resolve(text, parser.Tokens, parser.Nodes, parser.Statements[0], Catalog, accesses);
        return accesses;
    }

    private static MemoryCatalog BuildCatalog()
    {
        const uint Text = 25, Int4 = 23, Regclass = 2205, Record = 2249, AnyElement = 2283, Any = 2276, Json = 114, Xml = 142, Int8 = 20, Bool = 16, Float8 = 701, Void = 2278;
        var catalog = new MemoryCatalog("db", "pg_catalog", "public");
        foreach (var (name, oid) in (ReadOnlySpan<(string, uint)>)[("text", Text), ("int4", Int4), ("regclass", Regclass), ("json", Json), ("xml", Xml), ("int8", Int8), ("bool", Bool), ("float8", Float8)])
        {
            catalog.Type(name, oid);
        }

        catalog.Type("record", Record, SqlTypeKind.Pseudo);
        catalog.Type("anyelement", AnyElement, SqlTypeKind.Pseudo);
        catalog.Type("any", Any, SqlTypeKind.Pseudo);
        catalog.Type("name_domain", 90_000, SqlTypeKind.Domain, Regclass);
        catalog.Table("public", "t", "id int4, name, secret");
        catalog.Table("public", "u", "id int4, note, secret");
        catalog.Table("app", "t", "id int4, owner, secret");
        catalog.Table("pg_catalog", "pg_class", "id");
        catalog.Table("pg_catalog", "shadowed", "id");
        catalog.Table("public", "shadowed", "id");
        catalog.Table("public", "Mixed Case", "Id int4, Secret");
        catalog.Table("public", "v", "id int4, vsecret", SqlRelationKind.View);
        catalog.Table("public", "s", "last_value int8", SqlRelationKind.Sequence);
        catalog.Table("public", "child", "id2 int4, secret", parent: catalog.Table("public", "parent", "id2 int4, secret"));
        var row = catalog.FindType(default, "t"u8)!.Oid;
        catalog.Function("pg_catalog", "lower", [Text], Text);
        catalog.Function("app", "lower", [Text], Text);
        catalog.Function("pg_catalog", "pg_sleep", [Float8], Void);
        catalog.Function("pg_catalog", "abs", [Float8], Float8);
        catalog.Function("pg_catalog", "float8", [Text], Float8);
        catalog.Function("pg_catalog", "max", [AnyElement], AnyElement, kind: SqlFunctionKind.Aggregate);
        catalog.Function("pg_catalog", "mode", [AnyElement], AnyElement, kind: SqlFunctionKind.Aggregate);
        catalog.Function("pg_catalog", "count", [], Int8, kind: SqlFunctionKind.Aggregate);
        catalog.Function("pg_catalog", "row_to_json", [Record], Json);
        catalog.Function("pg_catalog", "json_each", [Json], Record, "key, value");
        catalog.Function("pg_catalog", "json_populate_record", [AnyElement, Json, Bool], AnyElement, defaults: 1);
        catalog.Function("pg_catalog", "query_to_xml", [Text, Bool, Bool, Text], Xml);
        catalog.Function("pg_catalog", "nextval", [Regclass], Int8);
        catalog.Function("pg_catalog", "to_regclass", [Text], Regclass);
        catalog.Function("pg_catalog", "btrim", [Text], Text);
        catalog.Function("pg_catalog", "extract", [Text, Text], Text);
        catalog.Function("pg_catalog", "like_escape", [Text, Text], Text);
        catalog.Function("pg_catalog", "timezone", [Text, Text], Text);
        catalog.Function("pg_catalog", "system", [Any], Any);
        catalog.Function("public", "full_name", [row], Text);
        catalog.Function("public", "proc", [Regclass], 2278, kind: SqlFunctionKind.Procedure);
        return catalog;
    }

    // Answers once looked up are kept, so that a look-up costs no allocation.
    private sealed class NullCatalog(MemoryCatalog inner) : ISqlCatalog
    {
        private readonly SqlRelation _t = inner.FindRelation(default, "t"u8)!;
        private readonly SqlFunction[] _lower = inner.FindFunctions(default, "lower"u8).ToArray();

        public SqlName Database => inner.Database;

        public SqlName? CreationSchema => inner.CreationSchema;

        public ReadOnlySpan<SqlName> SearchPath => inner.SearchPath;

        public SqlRelation? FindRelation(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name) => name.SequenceEqual("t"u8) ? _t : null;

        public ReadOnlySpan<SqlFunction> FindFunctions(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name) => name.SequenceEqual("lower"u8) ? _lower : default;

        public SqlType? FindType(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name) => null;

        public SqlType? FindType(uint oid) => null;

        public bool HasOperators => false;

        public ReadOnlySpan<SqlCustomOperator> FindOperators(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name) => default;

        public ReadOnlySpan<SqlCustomCast> Casts => default;
    }
}
