using System.Text;
using Xunit;

namespace PgOAuth.Sql.Resolution;

/// <summary>
/// What statements access when the catalog may be behind: a migration uses what it has made in the same transaction, and a session
/// may have dropped what the catalog still has (D18, D20). The path is own, then other; own is the session's.
/// </summary>
public sealed class UnknownNamesTests
{
    private static readonly MemoryCatalog Catalog = BuildCatalog();

    [Theory]
    [InlineData("select x, a.y from a", "Read ?a()")]
    [InlineData("select * from own.a where exists (select 1 from own.a b where b.x = a.x)", "Read ?own.a()")]
    [InlineData("select own.a.x from own.a", "Read ?own.a()")]
    [InlineData("select own.a.x from a", "Read ?a()")]
    [InlineData("insert into a values (1)", "Insert ?a()")]
    [InlineData("insert into own.a (id, x) values (1, 2) on conflict (id) do update set x = excluded.x where a.y > 1 returning z", "Insert ?own.a()|Read ?own.a()|Update ?own.a()")]
    [InlineData("update a set x = 1", "Update ?a()")]
    [InlineData("update a set x = y", "Read ?a()|Update ?a()")]
    [InlineData("update a set x = a.y", "Read ?a()|Update ?a()")]
    [InlineData("delete from a where id = 1", "Delete ?a()|Read ?a()")]
    [InlineData("delete from a using own.t where t.id = a.id", "Delete ?a()|Read ?a()|Read own.t(id)")]
    [InlineData("merge into a using own.t on t.id = a.id when not matched then insert (id) values (t.id)", "Insert ?a()|Read ?a()|Read own.t(id)")]
    [InlineData("copy own.a (x, y) from stdin", "CopyFrom ?own.a()|Insert ?own.a()")]
    [InlineData("truncate a", "Truncate ?a()")]
    [InlineData("lock table own.a", "Lock ?own.a()")]
    [InlineData("select 1 from a for update", "Lock4 ?a()|Read ?a()")]
    [InlineData("create view v as select x from a", "Create v|Read ?a()")]
    [InlineData("create index on a (x)", "Alter a")]
    [InlineData("select pg_catalog.setval('own.a_id_seq', 1)", "Call pg_catalog.setval|Name ?own.a_id_seq()")]
    [InlineData("select setval('a_id_seq', 1)", "Call pg_catalog.setval|Name ?a_id_seq()")]
    [InlineData("select pg_temp.a.x from pg_temp.a", "Read ?pg_temp.a()")]
    [InlineData("select (a).x, x(a) from a", "Call ?x|Read ?a() row")]
    [InlineData("select f(1), own.f(2)", "Call ?f|Call ?own.f")]
    [InlineData("call p(1)", "Call ?p")]
    public void UnknownNames_StandForUnknownObjects(string sql, string expected)
    {
        Assert.StartsWith(sql.StartsWith("create index", StringComparison.Ordinal) ? "Alter" : "!unknown", AccessText.Of(sql, Catalog)[0]);
        Check(sql, expected);
    }

    // Whoever may have the column is counted.
    [Theory]
    [InlineData("select secret from a, other.people", "Read ?a()|Read other.people(secret)")]
    [InlineData("select (select secret from a) from other.people", "Read ?a()|Read other.people(secret)")]
    [InlineData("select (select secret from (select * from a) x) from other.people", "Read ?a()|Read other.people(secret)")]
    [InlineData("select nobodys from a, other.people", "Read ?a()|Read other.people() entire")]
    [InlineData("select people from a, other.people", "Read ?a()|Read other.people(id,name,secret) row entire")]
    [InlineData("select 1 from a join other.people using (secret)", "Read ?a()|Read other.people(secret)")]
    [InlineData("select 1 from a natural join other.people", "Read ?a()|Read other.people(id,name,secret) entire")]
    [InlineData("select y from (a join other.people on true) j(x, y)", "Read ?a()|Read other.people(id,name,secret) entire")]
    [InlineData("select id from a union select id from own.t order by nobodys", "Read ?a()|Read own.t(id)")]
    [InlineData("select (select q.secret from a q(secret)) from other.people", "Read ?a()|Read other.people()")]
    public void D20_ColumnsOfUnknownRelations_AreAlsoThoseOfKnownOnes(string sql, string expected) => Check(sql, expected);

    [Theory]
    [InlineData("select fresh from other.people", "Read other.people() entire")]
    [InlineData("select people.fresh from other.people, own.t", "Read other.people() entire|Read own.t()")]
    [InlineData("select x.fresh from (select * from other.people) x", "Read other.people(id,name,secret) entire")]
    [InlineData("with x as (select * from other.people) select fresh from x", "Read other.people(id,name,secret) entire")]
    [InlineData("select * from other.people p(a, b, c, d)", "Read other.people(id,name,secret) entire")]
    [InlineData("update own.only set fresh = 1", "Update own.only() entire")]
    [InlineData("update own.only set only_id = fresh", "Read own.only() entire|Update own.only(only_id)")]
    [InlineData("insert into own.only (fresh) values (1) returning only_id", "Insert own.only() entire|Read own.only(only_id)")]
    [InlineData("insert into own.only (only_id) values (1) on conflict (only_id) do update set only_id = excluded.fresh", "Insert own.only(only_id) entire|Read own.only(only_id)|Update own.only(only_id)")]
    [InlineData("copy own.only (fresh) to stdout", "CopyTo own.only() entire|Read own.only() entire")]
    [InlineData("select fresh(people) from other.people", "Call ?fresh|Read other.people() entire")]
    public void D20_NewColumnsOfKnownRelations_AreAllOfThem(string sql, string expected)
    {
        Assert.Equal(SqlFailureKind.NotFound, KindOf(sql));
        Check(sql, expected);
    }

    // The first of a name may be gone, with its columns; then another is meant.
    [Theory]
    [InlineData("select id from t", "Read other.t() entire|Read own.t(id)")]
    [InlineData("select id from own.t", "Read own.t(id)")]
    [InlineData("delete from t", "Delete other.t() entire|Delete own.t()")]
    [InlineData("drop table t", "Drop other.t() entire|Drop own.t()")]
    [InlineData("alter table t add column x int", "Alter other.t() entire|Alter own.t()")]
    [InlineData("select nextval('s')", "Call pg_catalog.nextval|Name other.s() entire|Name own.s()")]
    [InlineData("select nextval('own.s')", "Call pg_catalog.nextval|Name own.s()")]
    [InlineData("select id from t for update", "Lock4 other.t()|Lock4 own.t()|Read other.t() entire|Read own.t(id)")]
    [InlineData("select (select secret from own.t) from other.people", "Read other.people(secret)|Read own.t(secret)")]
    [InlineData("select people from own.only, other.people, own.people_col", "Read other.people(id,name,secret) row entire|Read own.only()|Read own.people_col(people)")]
    [InlineData("select 1 from own.only natural join other.people", "Read other.people(id,name,secret) entire|Read own.only(only_id) entire")]
    [InlineData("select y from (own.only join other.people on true) j(x, y)", "Read other.people(id,name,secret) entire|Read own.only(only_id) entire")]
    [InlineData("select (select o.id from own.t o group by secret) from other.people", "Read other.people(secret)|Read own.t(id,secret)")]
    [InlineData("select (select x.secret from own.t x order by secret) from other.people", "Read other.people(secret)|Read own.t(secret)")]
    [InlineData("select l.loud from own.loud_only as l", "Call own.loud|Read own.loud_only(loud) row entire")]
    [InlineData("create index on t ((id))", "Alter other.t() entire|Alter own.t()|Read other.t() entire|Read other.t(id)|Read own.t() entire|Read own.t(id)")]
    public void D18_WhatIsKnown_MayBeGone(string sql, string expected)
    {
        Assert.Equal(SqlFailureKind.None, KindOf(sql));
        Check(sql, expected);
    }

    [Theory]
    [InlineData("select * from pg_catalog.nosuch", "!unknown relation: pg_catalog.nosuch")]
    [InlineData("select * from information_schema.nosuch", "!unknown relation: information_schema.nosuch")]
    [InlineData("select * from pg_toast.pg_toast_1234", "!unknown relation: pg_toast.pg_toast_1234")]
    [InlineData("select nosuch from pg_class", "!unknown column: nosuch")]
    [InlineData("select c.nosuch from pg_class c", "!unknown column: c.nosuch")]
    [InlineData("select * from nosuchdb.own.a", "!unknown relation: nosuchdb.own.a")]
    [InlineData("select pg_catalog.nosuch(1)", "!unknown function: pg_catalog.nosuch")]
    [InlineData("select 'pg_catalog.nosuch'::regclass", "!unknown relation: 'pg_catalog.nosuch'")]
    [InlineData("select x.y from a", "!missing FROM entry: x.y")]
    [InlineData("select nosuch", "!unknown column: nosuch")]
    [InlineData("truncate pg_catalog.nosuch", "!unknown relation: pg_catalog.nosuch")]
    public void WhatIsComplete_OrNoNameOfTheCatalog_StillFails(string sql, string expected) => Check(sql, expected);

    [Theory]
    [InlineData("select 1 from a for update of b", "NotUnderstood", true)]
    [InlineData("with recursive a as (select * from a) select 1", "NotUnderstood", false)]
    [InlineData("select * from a", "NotFound", false)]
    [InlineData("select x from t", "NotFound", false)]
    [InlineData("select f(1)", "NotFound", false)]
    [InlineData("select nextval('a')", "NotFound", false)]
    [InlineData("select id from own.t", "None", false)]
    public void FailureKind_TellsWhetherANewerCatalogMayHelp(string sql, string kind, bool allowUnknown) => Assert.Equal(kind, KindOf(sql, allowUnknown).ToString());

    // With things in FROM whose columns are not known, a name may be one of theirs; it may as well be a row.
    [Theory]
    [InlineData("select people from other.people, unnest(array[id]) u", "Call pg_catalog.unnest|Read other.people(id,name,secret) row")]
    [InlineData("select (people).secret from other.people, unnest(array[id]) u", "Call pg_catalog.unnest|Read other.people(id,name,secret) row")]
    [InlineData("select secret(people) from other.people, unnest(array[id]) u", "Call pg_catalog.unnest|Read other.people(id,name,secret) row")]
    [InlineData("select nosuch(people) from other.people, unnest(array[id]) u", "!unknown function: nosuch")]
    [InlineData("select u from other.people, unnest(array[id]) u", "Call pg_catalog.unnest|Read other.people(id)")]
    [InlineData("select id, u from other.people, unnest(array[name]) u", "Call pg_catalog.unnest|Read other.people(id,name)")]
    public void D24_WholeRows_BesideColumnsNobodyKnows_AreRead(string sql, string expected) =>
        Assert.Equal(expected, string.Join('|', AccessText.Of(sql, Catalog)));

    private static void Check(string sql, string expected) => Assert.Equal(expected, string.Join('|', AccessText.Of(sql, Catalog, allowUnknown: true)));

    private static SqlFailureKind KindOf(string sql, bool allowUnknown = false)
    {
        var text = Encoding.UTF8.GetBytes(sql);
        var parser = new SqlParser();
        Assert.True(parser.Parse(text), parser.Error);
        var accesses = new SqlAccessList();
        new SqlResolver().Resolve(text, parser.Tokens, parser.Nodes, parser.Statements[0], Catalog, accesses, allowUnknown);
        Assert.Equal(accesses.Failure is null, accesses.FailureKind == SqlFailureKind.None);
        return accesses.FailureKind;
    }

    private static MemoryCatalog BuildCatalog()
    {
        const uint Text = 25, Int4 = 23, Int8 = 20, Regclass = 2205, AnyArray = 2277, AnyElement = 2283;
        var catalog = new MemoryCatalog("db", "pg_catalog", "own", "other");
        foreach (var (name, oid) in (ReadOnlySpan<(string, uint)>)[("text", Text), ("int4", Int4), ("int8", Int8), ("regclass", Regclass)])
        {
            catalog.Type(name, oid);
        }

        catalog.Type("anyarray", AnyArray, SqlTypeKind.Pseudo);
        catalog.Type("anyelement", AnyElement, SqlTypeKind.Pseudo);
        catalog.Table("pg_catalog", "pg_class", "id");
        catalog.Table("own", "t", "id int4, secret");
        catalog.Table("other", "t", "id int4, secret");
        catalog.Table("own", "only", "only_id int4");
        catalog.Table("own", "people_col", "people");
        catalog.Table("own", "loud_only", "loud");
        catalog.Table("other", "people", "id int4, name, secret");
        catalog.Table("own", "s", "last_value int8", SqlRelationKind.Sequence);
        catalog.Table("other", "s", "last_value int8", SqlRelationKind.Sequence);
        catalog.Function("pg_catalog", "nextval", [Regclass], Int8);
        catalog.Function("pg_catalog", "setval", [Regclass, Int8], Int8);
        catalog.Function("pg_catalog", "unnest", [AnyArray], AnyElement);
        catalog.Function("own", "loud", [AnyElement], Text);
        return catalog;
    }
}
