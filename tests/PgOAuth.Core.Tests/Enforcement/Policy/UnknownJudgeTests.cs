using PgOAuth.Options;
using Xunit;

namespace PgOAuth.Enforcement.Policy;

/// <summary>What may be done to things that the catalog's snapshot does not have yet. The path is sales, then public.</summary>
public sealed class UnknownJudgeTests
{
    private static readonly string[] All = ["select", "insert", "update", "delete", "truncate", "lock", "copy", "merge", "ddl"];

    private static readonly string[] Migration =
    [
        "create table a (id int primary key, x text)",
        "create unique index ix on a (x)",
        "alter table a add column y int",
        "insert into a (id, x) values (1, 'x') returning id, y",
        "update a set y = x where id = 1",
        "select a.id, y from a join orders o using (id)",
        "delete from a where y = 1",
        "merge into a using orders o on o.id = a.id when not matched then insert (id) values (o.id)",
        "truncate a",
        "lock table a",
        "copy a (id, x) from stdin",
        "copy a to stdout",
        "copy (select x from a) to stdout",
        "select setval('a_id_seq', 1, false)",
        "select 'a'::regclass",
        "create view v as select * from a",
        "explain select * from a",
        "alter table orders add column z int",
        "update orders set z = 1",
        "select z from orders",
        "comment on table a is 'x'",
        "drop table a",
        "drop table if exists b",
    ];

    [Fact]
    public void Migration_UnderEverythingInTheSchemasOfThePath_IsAllowed()
    {
        foreach (var bench in new[] { Of(static s => s.Allow(All, "sales.*", "public.*")), Of(static s => s.Allow(All, "*.*")) })
        {
            foreach (var sql in Migration)
            {
                bench.Allows(sql);
                if (!sql.Contains("orders", StringComparison.Ordinal) && !sql.Contains("a_id_seq", StringComparison.Ordinal))
                {
                    bench.Allows(sql.Replace(" a ", " sales.a ", StringComparison.Ordinal));
                }
            }
        }
    }

    // Without the snapshot's leave nothing unknown is used, whatever the rules say.
    [Theory]
    [InlineData("insert into a values (1)")]
    [InlineData("select * from sales.a")]
    [InlineData("select z from orders")]
    [InlineData("truncate a")]
    [InlineData("select app.nosuch(1)")]
    public void Unknown_IsRefused_WhereTheSnapshotIsTheTruth(string sql)
    {
        PolicyBench.Of(static s => s.Allow(All, "*.*").Functions("*.*")).Refuses(sql);
        Of(static s => s.Allow(All, "*.*").Functions("*.*")).Allows(sql);
    }

    // An unqualified name may be in any schema of the path.
    [Theory]
    [InlineData("select * from a")]
    [InlineData("insert into a values (1)")]
    [InlineData("truncate a")]
    [InlineData("create index on a (x)")]
    [InlineData("alter table a add column x int")]
    [InlineData("drop table a")]
    [InlineData("drop table if exists a")]
    [InlineData("select setval('a_id_seq', 1)")]
    [InlineData("copy a from stdin")]
    public void UnqualifiedName_IsAllowed_OnlyWhereEverySchemaOfThePathIs(string sql)
    {
        Of(static s => s.Allow(All, "sales.*")).Refuses(sql);
        Of(static s => s.Allow(All, "public.*")).Refuses(sql);
        Of(static s => s.Allow(All, "sales.*", "public.*")).Allows(sql);
        Of(static s => s.Allow(All, "sales.a*").Allow(All, "public.*")).Allows(sql);
        Of(static s => s.Allow(All, "sales.b*").Allow(All, "public.*")).Refuses(sql);
    }

    [Theory]
    [InlineData("select x from sales.a")]
    [InlineData("select 1 from sales.a")]
    [InlineData("select count(*) from sales.a")]
    public void Unknown_IsAllowed_OnlyAsAWhole(string sql)
    {
        Of(static s => s.Select("sales.*")).Allows(sql);
        Of(static s => s.Select("sales.*").Columns("x")).Refuses(sql);
        Of(static s => s.Select("sales.*").Except("secret")).Refuses(sql);
        Of(static s => s.Select("hr.*")).Refuses(sql);
        Of(static s => s.Insert("sales.*")).Refuses(sql);
    }

    // It may be a partition of what is denied, or be it under another name.
    [Theory]
    [InlineData("select x from sales.a")]
    [InlineData("select x from a")]
    public void AnyDenial_OfThePermission_Denies(string sql)
    {
        Assert.Equal(PolicyRefusalReason.Denied, Of(static s => s.Select("*.*").Deny(["select"], "hr.people")).Refuses(sql).Reason);
        Of(static s => s.Select("*.*").Deny(["select"], "hr.people").Columns("salary")).Refuses(sql);
        Of(static s => s.Select("*.*").Deny([], "hr.people")).Refuses(sql);
        Of(static s => s.Select("*.*").Deny(["delete"], "hr.people")).Allows(sql);
    }

    // A column that nobody knows may be one that is protected.
    [Theory]
    [InlineData("select fresh from orders")]
    [InlineData("select fresh from orders, sales.a")]
    [InlineData("select secret from orders, sales.a")]
    [InlineData("select (select secret from sales.a) from orders")]
    [InlineData("select 1 from orders natural join sales.a")]
    [InlineData("select 1 from orders join sales.a using (secret)")]
    [InlineData("select y from (sales.a join orders on true) j(x, y)")]
    [InlineData("select orders from orders, sales.a")]
    [InlineData("select o.fresh from (select id, total from orders) q, orders o")]
    public void ColumnThatNobodyKnows_IsOnesOfAProtectedRelation_AsWell(string sql)
    {
        Of(static s => s.Allow(All, "sales.a*", "public.*").Select("sales.orders").Columns("id", "total")).Refuses(sql);
        Of(static s => s.Allow(All, "sales.*", "public.*").Deny(["select"], "sales.orders").Columns("secret")).Refuses(sql);
        Of(static s => s.Allow(All, "sales.*", "public.*")).Allows(sql);
    }

    // Both schemas of the path may have it: the first one's may have been dropped by the session itself.
    [Fact]
    public void D18_NameThatFallsToTheNextSchema_IsJudgedThere()
    {
        var bench = Of(static s => s.Allow(All, "sales.*"));
        bench.Catalog.AddTable("sales", "notes", "id", "body");
        bench.Refuses("select id from notes");
        bench.Refuses("drop table notes");
        bench.Allows("select id from sales.notes");
        var exact = PolicyBench.Of(static s => s.Allow(All, "sales.*"));
        exact.Catalog.AddTable("sales", "notes", "id", "body");
        exact.Allows("select id from notes");
    }

    [Theory]
    [InlineData("select * from pg_temp.x", true)]
    [InlineData("insert into pg_temp.x values (1)", false)]
    [InlineData("select * from x", false)]
    [InlineData("select id from pg_temp.x join order_items using (id)", true)]
    public void TemporaryTable_NeedsARuleForItsSchema(string sql, bool isAllowed)
    {
        var bench = Of(static s => s.Select("pg_temp.*", "sales.order_items"));
        Assert.Equal(isAllowed, bench.Decide(sql) is null);
        Of(static s => s.Allow(All, "sales.*", "public.*")).Refuses("select * from pg_temp.x");
        Of(static s => s.Allow(All, "*.*")).Allows(sql);
    }

    [Theory]
    [InlineData("select f(1)")]
    [InlineData("select * from f(1)")]
    public void UnknownFunction_NeedsARuleInEverySchemaOfThePath(string sql)
    {
        Of(static s => s.Functions("sales.*")).Refuses(sql);
        Of(static s => s.Functions("sales.*", "public.*")).Allows(sql);
        Of(static s => s.Functions("*.*")).Allows(sql);
        Of(static s => s.Functions("*.*").DenyFunctions("public.f")).Refuses(sql);
        Of(static s => s.Everything().Functions("*.*")).Refuses("select pg_catalog.nosuch(1)");
        Of(static s => s.Functions("*.*")).Refuses("select dblink_exec('x')");
        Of(static s => s.Functions("*.*")).Refuses("call p(1)");
        Of(static s => s.Call("sales.*", "public.*")).Allows("call p(1)");
    }

    [Theory]
    [InlineData("select * from pg_catalog.nosuch")]
    [InlineData("select * from information_schema.nosuch")]
    [InlineData("select * from pg_toast.pg_toast_16384")]
    [InlineData("select nosuch from pg_class")]
    [InlineData("select pg_catalog.nosuch(1)")]
    [InlineData("drop table pg_catalog.nosuch")]
    public void TheServersOwn_IsNeverUnknown(string sql) => Of(static s => s.Allow(All, "*.*").Functions("*.*")).Refuses(sql);

    [Fact]
    public void ExtensionsViewThatOnlyARuleByNameAllows_StaysSo()
    {
        Of(static s => s.Select("*.*")).Refuses("select * from public.pg_stats");
        Of(static s => s.Select("*.*")).Refuses("select * from sales.pg_stats");
    }

    // CREATE TABLE without a schema makes it in the first of the path, whatever another has by that name.
    [Fact]
    public void NewRelation_IsJudgedWhereItIsMade()
    {
        PolicyBench.Of(static s => s.Ddl("public.*")).Refuses("create table notes (id int)");
        PolicyBench.Of(static s => s.Ddl("public.*", "sales.*")).Allows("create table notes (id int)");
        PolicyBench.Of(static s => s.Ddl("public.*")).Allows("create table public.fresh (id int)");
    }

    private static PolicyBench Of(Action<ScopeRulesBuilder> scope) => PolicyBench.Of(scope, allowsUnknown: true);
}
