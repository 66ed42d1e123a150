using Xunit;

namespace PgOAuth.Enforcement.Policy;

public sealed class StatementDecisionTests
{
    private static PolicyBench Reader() => PolicyBench.Of(static s => s.Select("sales.orders").Columns("id", "total").Select("sales.order_items"));

    private static PolicyBench Writer() => PolicyBench.Of(static s => s.ReadWrite("sales.*"));

    private static PolicyBench Admin() => PolicyBench.Of(static s => s.Everything());

    [Fact]
    public void Default_Denies()
    {
        Assert.False(default(StatementDecision).IsAllowed);
        Assert.NotNull(default(StatementDecision).Refusal);
    }

    [Theory]
    [InlineData("select 1")]
    [InlineData("select id, total from sales.orders")]
    [InlineData("select o.id from orders o join order_items i on i.order_id = o.id order by o.total")]
    [InlineData("select count(*) from orders")]
    [InlineData("with x as (select id from orders) select id from x")]
    [InlineData("explain (analyze) select id from orders")]
    [InlineData("prepare p as select id from orders where id = $1")]
    [InlineData("execute p")]
    [InlineData("deallocate all")]
    [InlineData("declare c cursor for select id from orders")]
    [InlineData("fetch 10 from c")]
    [InlineData("close c")]
    [InlineData("begin isolation level serializable")]
    [InlineData("savepoint a")]
    [InlineData("rollback to a")]
    [InlineData("commit and chain")]
    [InlineData("discard all")]
    [InlineData("set constraints all deferred")]
    [InlineData("select relname from pg_class")]
    public void Reader_MayReadWhatIsGranted(string sql) => Reader().Allows(sql);

    // D28: each clause reads.
    [Theory]
    [InlineData("select secret from orders")]
    [InlineData("select id from orders where secret = 'x'")]
    [InlineData("select id from orders order by secret")]
    [InlineData("select count(*) from orders group by secret")]
    [InlineData("select distinct on (secret) id from orders")]
    [InlineData("select count(*) from orders having count(secret) > 1")]
    [InlineData("select count(*) over (partition by secret) from orders")]
    [InlineData("select count(*) filter (where secret = 'x') from orders")]
    [InlineData("select i.id from order_items i join orders o on o.secret = i.product")]
    [InlineData("select id from order_items limit (select count(secret) from orders)")]
    [InlineData("select id from order_items where exists (select 1 from orders where secret = 'x')")]
    [InlineData("select * from orders")]
    [InlineData("table orders")]
    [InlineData("select o from orders o")]
    [InlineData("select o.*::text from orders o")]
    [InlineData("explain select secret from orders")]
    [InlineData("prepare p as select secret from orders")]
    [InlineData("declare c cursor for select secret from orders")]
    [InlineData("with x as (select secret from orders) select 1 from x")]
    public void D28_ColumnThatIsNotGranted_IsReadInNoClause(string sql)
    {
        var refusal = Reader().Refuses(sql);

        Assert.Equal(PolicyRefusalReason.NotGranted, refusal.Reason);
        Assert.Equal("sales.orders", refusal.Subject[^12..]);
    }

    [Theory]
    [InlineData("insert into orders (id) values (1)")]
    [InlineData("update orders set total = 1")]
    [InlineData("delete from orders")]
    [InlineData("truncate orders")]
    [InlineData("lock table orders")]
    [InlineData("select id from orders for update")]
    [InlineData("select id from orders for key share")]
    [InlineData("with x as (delete from orders returning id) select id from x")]
    [InlineData("explain analyze delete from orders")]
    [InlineData("copy orders (id) to stdout")]
    [InlineData("copy (select id from orders) to stdout")]
    [InlineData("copy orders (id) from stdin")]
    [InlineData("create table x as select id from orders")]
    [InlineData("select id into x from orders")]
    [InlineData("create view v as select id from orders")]
    [InlineData("alter table orders add column x int")]
    [InlineData("drop table orders")]
    [InlineData("vacuum orders")]
    [InlineData("vacuum")]
    [InlineData("grant select on orders to public")]
    [InlineData("merge into orders o using order_items i on o.id = i.order_id when matched then delete")]
    [InlineData("select most_common_vals from pg_stats")]
    [InlineData("select id from hr.people")]
    [InlineData("select id from nowhere")]
    public void Reader_MayNotDoMore(string sql) => Reader().Refuses(sql);

    // D44, D47, D48, D49: not for anybody without a permission that says dangerous.
    [Theory]
    [InlineData("do $$ begin end $$", "DangerousCode")]
    [InlineData("create function app.f() returns int language sql as 'select 1'", "DangerousCode")]
    [InlineData("create trigger t before insert on orders for each row execute function app.f()", "DangerousCode")]
    [InlineData("create rule r as on insert to orders do nothing", "DangerousCode")]
    [InlineData("drop function app.price", "DangerousCode")]
    [InlineData("create extension dblink", "DangerousCode")]
    [InlineData("create type app.r as range (subtype = int4, subtype_diff = app.price)", "DangerousCode")]
    [InlineData("load 'x'", "DangerousServer")]
    [InlineData("alter system set work_mem = 1", "DangerousServer")]
    [InlineData("copy orders to program 'cat'", "DangerousServer")]
    [InlineData("copy orders from '/etc/passwd'", "DangerousServer")]
    [InlineData("copy (select 1) to '/tmp/x'", "DangerousServer")]
    [InlineData("prepare transaction 'x'", "DangerousServer")]
    [InlineData("commit prepared 'x'", "DangerousServer")]
    [InlineData("create subscription s connection 'x' publication p", "DangerousServer")]
    [InlineData("import foreign schema a from server b into c", "DangerousServer")]
    [InlineData("checkpoint", "DangerousServer")]
    [InlineData("alter database shop rename to x", "DangerousServer")]
    [InlineData("grant create on database shop to public", "DangerousServer")]
    [InlineData("create role r", "DangerousRoles")]
    [InlineData("grant a to b", "DangerousRoles")]
    [InlineData("reassign owned by a to b", "DangerousRoles")]
    [InlineData("alter role a rename to b", "DangerousRoles")]
    [InlineData("listen x", "DangerousNotifications")]
    [InlineData("notify x, 'y'", "DangerousNotifications")]
    [InlineData("select query_to_xml('select 1')", "DangerousFunctions")]
    [InlineData("select pg_read_file('x')", "DangerousFunctions")]
    [InlineData("select pg_sleep('1')", "DangerousFunctions")]
    [InlineData("select dblink('x')", "DangerousFunctions")]
    public void D48_Dangerous_NeedsItsOwnPermission(string sql, string permission)
    {
        var with = PolicyBench.Of(s => s.Everything().Allow([permission]));

        Admin().Refuses(sql);
        with.Allows(sql);
    }

    [Theory]
    [InlineData("create table x (id int)")]
    [InlineData("create temp table x (id int)")]
    [InlineData("create table if not exists sales.x (id int)")]
    [InlineData("create index on orders (id)")]
    [InlineData("alter table orders add column x int")]
    [InlineData("drop table orders")]
    [InlineData("drop table if exists sales.gone")]
    [InlineData("create schema x")]
    [InlineData("create type mood as enum ('a')")]
    [InlineData("create type r as range (subtype = int4)")]
    [InlineData("comment on table orders is 'x'")]
    [InlineData("vacuum")]
    [InlineData("analyze orders")]
    [InlineData("grant select on orders to public")]
    [InlineData("copy orders to stdout")]
    [InlineData("copy (select * from orders) to stdout")]
    [InlineData("copy orders from stdin")]
    [InlineData("truncate orders")]
    [InlineData("lock table orders")]
    [InlineData("call app.settle(1)")]
    [InlineData("select app.price(1)")]
    [InlineData("select nextval('orders_id_seq')")]
    [InlineData("create view v as select * from hr.people")]
    public void Everything_IsAllThatIsNotDangerous(string sql) => Admin().Allows(sql);

    [Theory]
    [InlineData("create table public.x (id int)")]
    [InlineData("create temp table x (id int)")]
    [InlineData("create schema x")]
    [InlineData("drop schema sales cascade")]
    [InlineData("drop table hr.people")]
    [InlineData("drop table orders, hr.people")]
    [InlineData("drop table gone")]
    [InlineData("create table x as select id from hr.people")]
    [InlineData("create table x (like hr.people)")]
    [InlineData("create type mood as enum ('a')")]
    public void D32_DdlOfASchema_StaysInIt(string sql)
    {
        var bench = PolicyBench.Of(static s => s.Select("sales.*").Ddl("sales.*"));

        bench.Refuses(sql);
        bench.Allows("create table x as select id from orders");
        bench.Allows("create table sales.y (id int)");
        bench.Allows("explain create table x as select id from orders");
        bench.Allows("drop table orders");
    }

    // Rules go by names: another name must not give what the first one does not.
    [Theory]
    [InlineData("alter table orders rename column secret to total")]
    [InlineData("alter table orders rename secret to total")]
    [InlineData("alter table only (orders) rename secret to total")]
    [InlineData("alter table orders rename \"secret\" to rename")]
    [InlineData("alter table orders rename to x")]
    [InlineData("alter table if exists sales.orders rename to x")]
    [InlineData("alter table orders set schema public")]
    [InlineData("alter table order_items set schema public")]
    [InlineData("alter table order_items rename to elsewhere", "alter table order_items rename to order_lines")]
    [InlineData("alter table order_items inherit orders")]
    [InlineData("alter table orders inherit order_items")]
    [InlineData("alter table order_items attach partition orders default")]
    [InlineData("alter view orders rename column secret to total")]
    [InlineData("alter sequence orders_id_seq set schema public")]
    [InlineData("alter sequence orders_id_seq rename to elsewhere", "alter sequence orders_id_seq rename to order_seq")]
    [InlineData("alter table gone rename to elsewhere")]
    [InlineData("alter table gone set schema public")]
    [InlineData("alter schema sales rename to x")]
    public void D32_Renames_NeedTheRowsAndTheNewName(string sql, string? allowed = null)
    {
        var bench = PolicyBench.Of(static s => s.Select("sales.orders").Except("secret").Select("sales.order_*").Ddl("sales.order*"));

        bench.Refuses(sql);
        bench.Allows("alter table orders rename total to sum");
        bench.Allows("alter table orders add column x int, no inherit orders_2024");
        bench.Allows("alter table orders rename constraint secret to total");
        bench.Allows(allowed ?? "alter table order_items rename to order_lines");
    }

    [Theory]
    [InlineData("alter table hr.people rename salary to name")]
    [InlineData("alter table hr.people rename to x")]
    [InlineData("alter table hr.people set schema sales")]
    [InlineData("alter table hr.people inherit notes")]
    [InlineData("alter table notes attach partition hr.people default")]
    [InlineData("alter schema hr rename to sales")]
    [InlineData("alter schema sales rename to hr")]
    public void D32_Renames_DoNotEscapeADenial(string sql)
    {
        var bench = new PolicyBench(static policy => policy
            .AddScope("s", static s => s.Everything())
            .ForEverybody(static s => s.Deny(["copy"], "hr.people").Columns("salary")));

        bench.Refuses(sql);
        bench.Allows("alter table hr.people rename name to surname");
        bench.Allows("alter table hr.people add column x int");
        bench.Allows("alter table notes rename to x");
        Admin().Allows(sql);
    }

    [Fact]
    public void TemporaryTable_MayHaveTheNameOfAnother()
    {
        var bench = PolicyBench.Of(static s => s.Ddl("pg_temp.*"));

        bench.Allows("create temp table orders (id int)");
        bench.Allows("create temporary table if not exists orders (id int)");
        bench.Refuses("create table orders (id int)");
        bench.Refuses("create temp table sales.orders (id int)");
        bench.Refuses("create unlogged table orders (id int)");
    }

    [Fact]
    public void TruncateCascade_NeedsAllThatMayRefer()
    {
        var bench = PolicyBench.Of(static s => s.Allow(["truncate"], "sales.*"));

        bench.Allows("truncate orders, order_items restart identity restrict");
        bench.Refuses("truncate orders cascade");
        bench.Refuses("truncate only orders, order_items continue identity cascade");
        Admin().Allows("truncate orders cascade");
    }

    [Theory]
    [InlineData("select id from orders for update")]
    [InlineData("insert into orders (id) values (1) on conflict (id) do update set total = 2 returning secret")]
    [InlineData("with x as (delete from order_items returning id) insert into orders (id) select order_id from order_items")]
    [InlineData("merge into orders o using order_items i on o.id = i.order_id when matched then delete when not matched then insert (id) values (1)")]
    [InlineData("select nextval('orders_id_seq')")]
    [InlineData("select nextval('sales.orders_id_seq'), nextval('orders_id_seq')")]
    public void Writer_MayChange(string sql) => Writer().Allows(sql);

    [Theory]
    [InlineData("truncate orders")]
    [InlineData("lock table orders")]
    [InlineData("copy orders from stdin")]
    [InlineData("select nextval($1)")]
    [InlineData("select nextval('orders_id_seq'), nextval($1)")]
    [InlineData("insert into orders (id) select salary from hr.people")]
    [InlineData("delete from orders using hr.people where salary > 1")]
    public void Writer_MayNotDoMore(string sql) => Writer().Refuses(sql);

    [Fact]
    public void Merge_GivesChangesByMergeOnly()
    {
        var bench = PolicyBench.Of(static s => s.Select("sales.*").Allow(["merge"], "sales.orders"));

        bench.Allows("merge into orders o using order_items i on o.id = i.order_id when matched then delete when not matched then insert (id) values (1)");
        bench.Refuses("delete from orders");
        bench.Refuses("insert into orders (id) values (1)");
    }

    [Fact]
    public void D29_WhatIsWritten_IsAColumnOfItsRule()
    {
        var bench = PolicyBench.Of(static s => s.Select("sales.orders").Except("secret").Update("sales.orders").Columns("total").Insert("sales.orders").Except("secret"));

        bench.Allows("update orders set total = total + 1 where id = 1 returning total");
        bench.Refuses("update orders set customer = 'x'");
        bench.Refuses("update orders set total = 1 returning secret");
        bench.Refuses("update orders set total = secret");
        bench.Allows("insert into orders (id, total) values (1, 2)");
        bench.Refuses("insert into orders values (1, 2, 3, 4)");
        bench.Refuses("insert into orders (secret) values (1)");
    }

    [Fact]
    public void Columns_AddUpOverScopes()
    {
        var bench = new PolicyBench(static policy => policy
            .AddScope("a", static s => s.Select("sales.orders").Columns("id"))
            .AddScope("b", static s => s.Select("sales.orders").Columns("total")));

        Assert.Null(bench.Decide("select id, total from orders", "a", "b"));
        var refusal = bench.Decide("select id, total from orders", "a");
        Assert.Equal("It needs the scope b.", refusal?.Hint);
        Assert.Equal("the access token does not allow select on column total of sales.orders", refusal?.Message);
        Assert.Equal("total", "select id, total from orders"[refusal!.Start..refusal.End]);
    }

    [Fact]
    public void D33_SystemColumns_AreOfRulesWithoutColumns()
    {
        Writer().Allows("select ctid, xmin from orders");
        Reader().Refuses("select xmin from orders");
        PolicyBench.Of(static s => s.Select("sales.orders").Columns("id", "xmin")).Allows("select id, xmin from orders");
        PolicyBench.Of(static s => s.Select("sales.orders").Columns("id", "xmin")).Refuses("select ctid from orders");
    }

    // D22.
    [Fact]
    public void D22_Partition_IsAllowedByItsOwnNameOnly_AndDeniedByItsParents()
    {
        PolicyBench.Of(static s => s.Select("sales.orders")).Refuses("select id from orders_2024");
        PolicyBench.Of(static s => s.Select("sales.orders")).Refuses("select id from only orders_2024");
        PolicyBench.Of(static s => s.Select("sales.*")).Allows("select id from orders_2024");
        var bench = PolicyBench.Of(static s => s.Select("sales.*").Deny(["select"], "sales.orders").Columns("secret"));
        bench.Refuses("select secret from orders_2024");
        bench.Refuses("select * from only orders_2024");
        bench.Allows("select id from orders_2024");
        PolicyBench.Of(static s => s.Select("sales.*").Deny([], "sales.orders")).Refuses("select 1 from orders_2024");
    }

    // D23.
    [Theory]
    [InlineData("select most_common_vals from pg_stats", "pg_catalog.pg_stats")]
    [InlineData("select * from pg_catalog.pg_settings", "pg_catalog.*")]
    public void D23_Catalogs_AreNotPartOfEverything(string sql, string relations)
    {
        Admin().Refuses(sql);
        PolicyBench.Of(s => s.Select(relations)).Allows(sql);
    }

    [Fact]
    public void D23_WhatShowsOtherPeoplesData_IsGivenByName() =>
        PolicyBench.Of(static s => s.Select("pg_catalog.*", "pg_catalog.pg_st*")).Refuses("select most_common_vals from pg_stats");

    [Fact]
    public void D31_FunctionsOfTheServer_AreGivenByName()
    {
        PolicyBench.Of(static s => s.Functions("*.*")).Refuses("select pg_sleep('1')");
        PolicyBench.Of(static s => s.Functions("*.*")).Refuses("select dblink('x')");
        PolicyBench.Of(static s => s.Functions("public.*")).Refuses("select public.dblink('x')");
        PolicyBench.Of(static s => s.Functions("public.dblink")).Allows("select public.dblink('x')");
        PolicyBench.Of(static s => s.Functions("pg_catalog.pg_sleep")).Allows("select pg_sleep('1')");
        PolicyBench.Of(static s => s.DenyFunctions("pg_catalog.lower")).Refuses("select lower('A')");
        PolicyBench.Of(static s => s.Functions("app.settle")).Refuses("call app.settle(1)");
        Reader().Refuses("select 'a' === 'b'");
        Reader().Allows("select 'a' = 'b'");
        PolicyBench.Of(static s => s.Functions("app.price")).Allows("select 'a' === 'b'");
        PolicyBench.Of(static s => s.DenyFunctions("app.price").Functions("app.price")).Refuses("select 'a' operator(public.===) 'b'");
        PolicyBench.Of(static s => s.Call("app.settle")).Allows("call app.settle(1)");
    }

    // D44, D46: what EXECUTE and FETCH use was judged when it was made.
    [Fact]
    public void D44_SessionCommands_CanBeTakenAway()
    {
        var bench = new PolicyBench(static policy => policy.AddScope("s", static _ => { }).Defaults.SessionCommands = false);

        bench.Refuses("begin");
        bench.Refuses("execute p");
        bench.Refuses("fetch c");
    }

    [Theory]
    [InlineData("set application_name = 'x'")]
    [InlineData("set time zone 'UTC'")]
    [InlineData("set local statement_timeout to 5")]
    [InlineData("set client_encoding to 'UTF8'")]
    [InlineData("set names 'utf-8'")]
    [InlineData("set standard_conforming_strings = on")]
    [InlineData("set search_path = ''")]
    [InlineData("reset search_path")]
    [InlineData("set session authorization default")]
    [InlineData("reset all")]
    [InlineData("set transaction isolation level serializable")]
    [InlineData("set session characteristics as transaction read only")]
    [InlineData("set local transaction read only")]
    [InlineData("show transaction isolation level")]
    [InlineData("show server_version")]
    [InlineData("show \"SERVER_version\"")]
    [InlineData("select set_config('search_path', '', false)")]
    [InlineData("select pg_catalog.set_config('DateStyle', $1, true)")]
    public void Settings_ThatAreHarmless_AreEverybodys(string sql) => Reader().Allows(sql);

    // D03, D18, D47.
    [Theory]
    [InlineData("set role x")]
    [InlineData("set local role none")]
    [InlineData("set \"role\" = x")]
    [InlineData("set ROLE to x")]
    [InlineData("reset role")]
    [InlineData("reset session authorization")]
    [InlineData("set session authorization x")]
    [InlineData("set session_authorization = 'x'")]
    [InlineData("set search_path = x")]
    [InlineData("set search_path = '', x")]
    [InlineData("set search_path to sales, public")]
    [InlineData("set schema 'x'")]
    [InlineData("set standard_conforming_strings = off")]
    [InlineData("set \"Standard_Conforming_Strings\" to off")]
    [InlineData("set client_encoding to 'SJIS'")]
    [InlineData("set names 'BIG5'")]
    [InlineData("set pgoauth.sub = 'x'")]
    [InlineData("set \"pgoauth.sub\" = 'x'")]
    [InlineData("reset pgoauth.sub")]
    [InlineData("set backslash_quote = on")]
    [InlineData("select set_config('role', 'x', false)")]
    [InlineData("select set_config('ROLE', $1, false)")]
    [InlineData("select set_config('search_path', 'x', false)")]
    [InlineData("select set_config('search_path', '' || 'x', false)")]
    [InlineData("select set_config($1, 'x', false)")]
    [InlineData("select set_config('ro' || 'le', 'x', false)")]
    [InlineData("select set_config(E'role', 'x', false)")]
    [InlineData("select set_config(U&'r\\006fle', 'x', false)")]
    public void D47_Settings_ThatNobodySets(string sql) =>
        PolicyBench.Of(static s => s.Everything().Settings("*").Functions("pg_catalog.set_config")).Refuses(sql);

    [Fact]
    public void Settings_ByRule()
    {
        var bench = PolicyBench.Of(static s => s.Settings("myapp.*", "work_mem"));

        bench.Allows("set myapp.tenant = 'x'");
        bench.Allows("set local work_mem = '1GB'");
        bench.Allows("select set_config('myapp.tenant', $1, true)");
        bench.Refuses("set jit = off");
        bench.Refuses("show all");
        bench.Refuses("show myother.secret");
        PolicyBench.Of(static s => s.Settings("*")).Allows("show all");
        PolicyBench.Of(static s => s.DenySettings("application_name")).Refuses("set application_name = 'x'");
    }

    [Theory]
    [InlineData("copy orders to stdout")]
    [InlineData("copy orders (id, total) to stdout (format csv, header)")]
    [InlineData("copy orders to stdout (format binary)")]
    [InlineData("copy (select id from orders) to stdout")]
    [InlineData("copy (with x as (select id from orders) select * from x) to stdout")]
    [InlineData("copy orders from stdin")]
    [InlineData("copy orders from stdin (freeze)")]
    [InlineData("copy orders from stdin where id > 1")]
    [InlineData("copy orders (id) from stdin delimiter ','")]
    public void D45_Copy_NeedsCopyAndWhatItDoes(string sql)
    {
        PolicyBench.Of(static s => s.Allow(["select", "insert", "copy"], "sales.*")).Allows(sql);
        PolicyBench.Of(static s => s.Allow(["select", "insert"], "sales.*")).Refuses(sql);
        PolicyBench.Of(static s => s.Allow(["copy"], "sales.*")).Refuses(sql);
        PolicyBench.Of(static s => s.Allow(["select", "insert", "copy"], "sales.*").Deny(["copy"], "sales.orders")).Refuses(sql);
    }

    [Fact]
    public void Denials_WinOverEverything()
    {
        var bench = new PolicyBench(static policy => policy
            .AddScope("admin", static s => s.Everything())
            .AddScope("limited", static s => s.Deny([], "hr.*"))
            .ForEverybody(static s => s.Deny(["delete", "truncate"]).Named("nobody deletes").Deny(["select"], "hr.people").Columns("salary")));

        Assert.Null(bench.Decide("select name from hr.people", "admin"));
        Assert.Equal(PolicyRefusalReason.Denied, bench.Decide("select salary from hr.people", "admin")?.Reason);
        Assert.Equal(PolicyRefusalReason.Denied, bench.Decide("select * from hr.people", "admin")?.Reason);
        Assert.Equal(PolicyRefusalReason.Denied, bench.Decide("select name from hr.people", "admin", "limited")?.Reason);
        Assert.Equal(PolicyRefusalReason.Denied, bench.Decide("drop schema hr", "admin", "limited")?.Reason);
        Assert.Equal("nobody deletes", bench.Decide("delete from orders", "admin")?.Denial?.Name);
        Assert.Equal(
            "nobody deletes",
            bench.Decide("merge into orders o using order_items i on o.id = i.order_id when matched then delete", "admin")?.Denial?.Name);
    }

    [Fact]
    public void QuotedNames_AreOthers()
    {
        PolicyBench.Of(static s => s.Select("\"Sales\".\"Orders\"")).Allows("select \"Note\" from \"Sales\".\"Orders\"");
        PolicyBench.Of(static s => s.Select("Sales.Orders")).Refuses("select \"Note\" from \"Sales\".\"Orders\"");
        PolicyBench.Of(static s => s.Select("Sales.Orders")).Allows("select ID from SALES.orderS");
    }

    [Fact]
    public void WithoutScopes_OnlyTheDefaultsAreLeft()
    {
        var bench = new PolicyBench(static policy => policy.AddScope("s", static s => s.Select("sales.*")));

        Assert.Null(bench.Decide("select lower('A')", "unknown"));
        Assert.Equal("It needs the scope s.", bench.Decide("select id from orders", "unknown")?.Hint);
        Assert.Equal("No scope allows it.", bench.Decide("select id from hr.people", "s")?.Hint);
    }

    [Fact]
    public void Allowed_AllocatesNothing()
    {
        var bench = Reader();
        var grant = bench.Policy.Grants.Get(["s"]);
        var facts = bench.Read("select o.id, lower(i.product) from orders o join order_items i on i.order_id = o.id where o.total > 5 order by o.total");
        Assert.True(StatementDecision.Of(grant, facts).IsAllowed);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            _ = StatementDecision.Of(grant, facts);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100);
    }
}
