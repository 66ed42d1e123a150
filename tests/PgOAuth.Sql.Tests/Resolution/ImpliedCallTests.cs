using System.Text;
using Xunit;

namespace PgOAuth.Sql.Resolution;

/// <summary>Functions that are called without being named: operators and casts that somebody has made (D18, D36).</summary>
public sealed class ImpliedCallTests
{
    private const uint Text = 25, Int4 = 23, AnyElement = 2283, Money = 70_000, Moneys = 70_001, Bag = 70_002, Tag = 70_003;

    private static readonly MemoryCatalog Catalog = BuildCatalog();

    [Theory]
    [InlineData("select 'a' === 'b'", "own.same")]
    [InlineData("select 'a'===-1", "own.same")]
    [InlineData("select 'a' operator(own.===) 'b'", "own.same")]
    [InlineData("select 'a' operator(db.own.===) 'b'", "own.same")]
    [InlineData("select 'a' operator(pg_catalog.===) 'b'", "")]
    [InlineData("select 'a' operator(far.@@@) 'b'", "far.far")]
    [InlineData("select 'a' @@@ 'b'", "")]
    [InlineData("select 'a' like 'b'", "own.alike")]
    [InlineData("select 'a' not like 'b'", "own.alike")]
    [InlineData("select 'a' ilike 'b'", "")]
    [InlineData("select 'a' between 'b' and 'c'", "own.least")]
    [InlineData("select * from plain where note in ('a')", "own.unlike")]
    [InlineData("select 1 from plain where note <> 'a'", "own.unlike")]
    [InlineData("select 1 from plain where note != 'a'", "own.unlike")]
    [InlineData("select 1 from plain where id = any (array[1]) order by id using >=", "own.least")]
    [InlineData("select id * 2, count(*) from plain", "own.times")]
    [InlineData("select *, plain.* from plain", "")]
    [InlineData("select 2 operator(own.*) 3", "own.times")]
    [InlineData("select ## 'a'", "own.hash")]
    [InlineData("create index on plain ((note === 'a'))", "own.same")]
    [InlineData("create view x as select note === 'a' as c from plain", "own.same")]
    [InlineData("explain select note === 'a' from plain", "own.same")]
    public void OperatorsOfTheServersTypes_CountByName(string sql, string expected) => Check(sql, expected);

    [Theory]
    [InlineData("select id from priced where id = 1", "")]
    [InlineData("select price from priced where id = 1", "own.money_eq own.money_text")]
    [InlineData("select 1 from priced where price = '1'", "own.money_eq own.money_text")]
    [InlineData("select prices from priced where id = 1", "own.money_eq own.money_text")]
    [InlineData("select 1 from priced where (bag).cost = '1'", "own.money_eq own.money_text")]
    [InlineData("select p from priced p where id = 1", "own.money_eq own.money_text own.tagged")]
    [InlineData("select '1'::money_type = '2'", "own.money_eq own.money_text")]
    [InlineData("select '{1}'::own.money_types = '{2}'", "own.money_eq own.money_text")]
    [InlineData("select '(1)'::bag = null", "own.money_eq own.money_text")]
    [InlineData("select own.to_money($1) is distinct from $1", "own.money_eq own.money_text")]
    [InlineData("update priced set price = $1", "own.money_eq own.money_text")]
    [InlineData("update priced set id = id + 1", "")]
    [InlineData("select 1 from priced a natural join priced b", "own.money_eq own.money_text own.tagged")]
    [InlineData("select 1 from priced a join priced b using (price)", "own.money_eq own.money_text")]
    [InlineData("select nullif(price, price) from priced", "own.money_eq own.money_text")]
    [InlineData("select case price when '1' then 1 end from priced", "own.money_eq own.money_text")]
    [InlineData("select 1 === 2, 'a' ==> 'b' === '1'", "own.money_text own.same own.to_money2")]
    public void OperatorsAndCasts_OfOtherTypes_CountWhereSuchAValueMayBe(string sql, string expected) => Check(sql, expected);

    // A literal or parameter without a type becomes what the only operator of the name takes.
    [Theory]
    [InlineData("select '1' =%= '2'", "own.money_like")]
    [InlineData("select $1 =%= $2", "own.money_like")]
    [InlineData("select '1' operator(own.=) '2'", "own.money_eq own.tagged")]
    [InlineData("select '1' operator(pg_catalog.=) '2'", "")]
    [InlineData("select '1' = '2'", "")]
    [InlineData("select '1' =% '2'", "")]
    public void Operators_WhoseNameMeansNothingElse_Count(string sql, string expected) => Check(sql, expected);

    [Theory]
    [InlineData("=", true)]
    [InlineData("!!", true)]
    [InlineData("~~", true)]
    [InlineData("~~*", true)]
    [InlineData("===", false)]
    [InlineData("!", false)]
    [InlineData("<=>", false)]
    public void TheServersOperators_AreKnown(string name, bool expected) => Assert.Equal(expected, SqlServerOperators.Contains(Encoding.UTF8.GetBytes(name)));

    [Fact]
    public void DeclaredParameters_AreValues()
    {
        Assert.Equal("", Calls("select $1 = $2", false));
        Assert.Equal("", Calls("select $1 = $2", false, Int4, 0));
        Assert.Equal("own.money_eq own.money_text", Calls("select $1 = $2", false, Int4, Money));
        Assert.Equal("own.money_eq own.money_text", Calls("select $1 = $2", false, Moneys));
    }

    [Fact]
    public void UnknownRelations_MayHoldAnything() => Assert.Equal("own.money_eq own.money_text own.tagged", Calls("select 1 from nosuch where x = 1", true));

    // An overload of the server's own function that takes a type of somebody's: who has no value of it means the other.
    [Theory]
    [InlineData("select longest(note), longest('a'), longest($1) from plain", "pg_catalog.longest")]
    [InlineData("select longest(id::text) from priced", "pg_catalog.longest")]
    [InlineData("select longest(price) from priced", "own.longest own.money_text pg_catalog.longest")]
    [InlineData("select longest(id::text) from priced where price is null", "own.longest own.money_text pg_catalog.longest")]
    [InlineData("select longest($1::money_type)", "own.longest own.money_text pg_catalog.longest")]
    [InlineData("select longest(own.to_money('1'))", "own.longest own.money_text pg_catalog.longest")]
    [InlineData("select longest(p::text) from priced p where 'a' = 'b'", "own.longest own.money_eq own.money_text own.tagged pg_catalog.longest")]
    [InlineData("select own.longest('1')", "own.longest own.money_text")]
    [InlineData("select 1 from plain order by longest(note)", "pg_catalog.longest")]
    [InlineData("select (note).longest from plain", "own.longest own.money_text pg_catalog.longest")]

    // Nothing of the server's takes text there.
    [InlineData("select shortest('1')", "own.money_text own.shortest pg_catalog.shortest")]

    // An implicit cast makes values of it from others.
    [InlineData("select tagger('1')", "own.tagged own.tagger pg_catalog.tagger")]
    public void OverloadsOfTheServersFunctions_CountWhereSuchAValueMayBe(string sql, string expected) => Check(sql, expected);

    // D17: what an operator may mean is looked up once for a statement, and not once for each that it has.
    [Fact]
    public void D17_TheWork_DoesNotGrowWithTheSquareOfTheText()
    {
        Assert.Equal(LookUps(100), LookUps(10_000));

        static int LookUps(int terms)
        {
            var catalog = BuildCatalog();
            var text = Encoding.UTF8.GetBytes("select id from plain where " + string.Join(" or ", Enumerable.Repeat("id = 1", terms)));
            var parser = new SqlParser();
            Assert.True(parser.Parse(text), parser.Error);
            var accesses = new SqlAccessList();
            new SqlResolver().Resolve(text, parser.Tokens, parser.Nodes, parser.Statements[0], catalog, accesses, false, []);
            Assert.Null(accesses.Failure);
            return catalog.TypeLookUps;
        }
    }

    // D30: a field of a column that is a row reads the column, wherever it stands.
    [Theory]
    [InlineData("select (bag).cost from priced", "Read own.priced(bag)")]
    [InlineData("select (p.bag).cost from priced p", "Read own.priced(bag)")]
    [InlineData("select (p.bag).* from priced p", "Read own.priced(bag)")]
    [InlineData("select ((p).bag).cost from priced p", "Read own.priced(bag)")]
    [InlineData("select (bags[1]).cost from priced", "Read own.priced(bags)")]
    [InlineData("select (bags)[1].cost from priced", "Read own.priced(bags)")]
    [InlineData("select cost(bag) from priced", "Read own.priced(bag)")]
    [InlineData("select ((select bag from priced)).cost", "Read own.priced(bag)")]
    [InlineData("select ((array[bag])[1]).cost from priced", "Read own.priced(bag)")]
    [InlineData("select (case when true then p end).bag from priced p", "Read own.priced(id,price,prices,bag,bags,tag) row")]
    [InlineData("select 1 from priced order by (bag).cost", "Read own.priced(bag)")]
    [InlineData("update priced set bag.cost = null where (bag).cost is null", "Read own.priced(bag)|Update own.priced(bag)")]
    [InlineData("insert into priced (bag.cost) values (null) returning (bag).cost", "Insert own.priced(bag)|Read own.priced(bag)")]
    [InlineData("select q.cost from (select (bag).* from priced) q", "Read own.priced(bag)")]
    public void D30_FieldsOfRows_ReadTheirColumn(string sql, string expected) =>
        Assert.Equal(expected, string.Join('|', AccessText.Of(sql, Catalog).Where(static line => !line.StartsWith("Call", StringComparison.Ordinal))));

    private static void Check(string sql, string expected) => Assert.Equal(expected, Calls(sql, allowUnknown: false));

    // Of those that are not named.
    private static string Calls(string sql, bool allowUnknown, params uint[] parameterTypes)
    {
        var text = Encoding.UTF8.GetBytes(sql);
        var parser = new SqlParser();
        Assert.True(parser.Parse(text), parser.Error);
        var accesses = new SqlAccessList();
        new SqlResolver().Resolve(text, parser.Tokens, parser.Nodes, parser.Statements[0], Catalog, accesses, allowUnknown, parameterTypes);
        Assert.Null(accesses.Failure);
        var names = accesses.Accesses.ToArray().SelectMany(access => accesses.Functions(access).ToArray()).Select(static function => function.ToString());
        return string.Join(' ', names.Where(static name => name is not ("own.to_money" or "pg_catalog.count")).Distinct().Order(StringComparer.Ordinal));
    }

    private static MemoryCatalog BuildCatalog()
    {
        var catalog = new MemoryCatalog("db", "pg_catalog", "own");
        catalog.Type("text", Text);
        catalog.Type("int4", Int4);
        catalog.Type("anyelement", AnyElement, SqlTypeKind.Pseudo);
        catalog.Type("money_type", Money, schema: "own");
        catalog.Type("money_types", Moneys, baseType: Money, schema: "own");
        catalog.Type("tag", Tag, schema: "own");
        catalog.Table("own", "bag", "cost money_type, other int4", SqlRelationKind.CompositeType);
        catalog.Type("bags", Bag, baseType: catalog.FindType(default, "bag"u8)!.Oid, schema: "own");
        catalog.Table("own", "plain", "id int4, note");
        catalog.Table("own", "priced", "id int4, price money_type, prices money_types, bag bag, bags bags, tag tag");
        foreach (var name in new[] { "same", "alike", "least", "unlike", "times", "hash", "money_eq", "to_money", "to_money2", "money_text", "money_like", "tagged" })
        {
            catalog.Function("own", name, [Text], name.StartsWith("to_money", StringComparison.Ordinal) ? Money : Text);
        }

        catalog.Function("far", "far", [Text], Text);
        catalog.Function("pg_catalog", "count", [], Int4);
        catalog.Function("pg_catalog", "longest", [Text], Text);
        catalog.Function("own", "longest", [Money], Money);
        catalog.Function("pg_catalog", "shortest", [Int4], Int4);
        catalog.Function("own", "shortest", [Money], Money);
        catalog.Function("pg_catalog", "tagger", [Text], Text);
        catalog.Function("own", "tagger", [Tag], Tag);
        catalog.Operator("own", "===", Text, Text, "own.same");
        catalog.Operator("own", "~~", Text, Text, "own.alike");
        catalog.Operator("own", ">=", Text, AnyElement, "own.least");
        catalog.Operator("own", "<>", Text, Text, "own.unlike");
        catalog.Operator("own", "*", Int4, Int4, "own.times");
        catalog.Operator("own", "##", 0, Text, "own.hash");
        catalog.Operator("own", "==>", Text, Text, "own.to_money2");
        catalog.Operator("own", "=", Money, Moneys, "own.money_eq");
        catalog.Operator("own", "=", Tag, Text, "own.tagged");
        catalog.Operator("own", "=%=", Money, Money, "own.money_like");
        catalog.Operator("far", "@@@", Text, Text, "far.far");
        catalog.Cast(Money, Text, "own.money_text");
        catalog.Cast(Int4, Tag, "own.tagged", isImplicit: true);
        return catalog;
    }
}
