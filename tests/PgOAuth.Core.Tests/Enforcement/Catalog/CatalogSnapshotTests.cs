using System.Globalization;
using PgOAuth.Sql.Resolution;
using Xunit;

namespace PgOAuth.Enforcement.Catalog;

public sealed class CatalogSnapshotTests
{
    [Fact]
    public void Relations_AreFoundBySchemaAndByPath()
    {
        var snapshot = CatalogTestBed.Snapshot(CatalogTestBed.Key, "app");

        Assert.Equal(2u, snapshot.View("app", "public", "sales").Find("", "orders"));
        Assert.Equal(4u, snapshot.View("app", "sales", "public").Find("", "orders"));
        Assert.Equal(4u, snapshot.View("app", "public").Find("sales", "orders"));
        Assert.Null(snapshot.View("app", "public").Find("Sales", "orders"));
        Assert.Null(snapshot.View("app").Find("", "orders"));
        Assert.Null(snapshot.View("app", "public").Find("", "elsewhere"));
        Assert.Same(snapshot.View("app", "public"), snapshot.View("app", "public"));
    }

    [Fact]
    public void D18_PgCatalog_ComesFirstUnlessNamed()
    {
        var snapshot = CatalogTestBed.Snapshot(CatalogTestBed.Key, "app");

        Assert.Equal(1u, snapshot.View("app", "sales").Find("", "pg_class"));
        Assert.Equal(6u, snapshot.View("app", "sales", "pg_catalog").Find("", "pg_class"));
        Assert.Equal("sales", snapshot.View("app", "nowhere", "sales").CreationSchema?.ToString());
        Assert.Null(snapshot.View("app").CreationSchema);
    }

    [Fact]
    public void D18_SchemaWithoutUsage_IsPassedOver()
    {
        var snapshot = new CatalogSnapshot(CatalogTestBed.Key, CatalogTestBed.Build(CatalogTestBed.SmallContent), CatalogTestBed.State(["app"], "2200"));

        Assert.Equal(2u, snapshot.View("app", "sales", "public").Find("", "orders"));
        Assert.Equal("public", snapshot.View("app", "sales", "public").CreationSchema?.ToString());
        Assert.Equal(1u, snapshot.View("app", "sales", "public").Find("", "pg_class"));
        Assert.Null(snapshot.For("other", new CatalogSearchPath("public")));
    }

    [Fact]
    public void Functions_OfAllSchemasOfThePath_InItsOrder()
    {
        var snapshot = CatalogTestBed.Snapshot(CatalogTestBed.Key, "app");

        Assert.Equal([10u, 11u], Oids(snapshot.View("app", "public").FindFunctions(default, "lower"u8)));
        Assert.Equal([11u, 10u], Oids(snapshot.View("app", "public", "pg_catalog").FindFunctions(default, "lower"u8)));
        Assert.Equal([10u], Oids(snapshot.View("app", "sales").FindFunctions(default, "lower"u8)));
        Assert.Equal([11u], Oids(snapshot.View("app", "sales").FindFunctions("public"u8, "lower"u8)));
        Assert.Empty(Oids(snapshot.View("app", "public").FindFunctions(default, "own"u8)));
        var function = Assert.Single(snapshot.View("app", "sales").FindFunctions("public"u8, "lower"u8).ToArray());
        Assert.Equal(["column1", "named"], function.OutColumns.Select(static c => c.Name.ToString()));
        Assert.Equal((1, true, true), (function.DefaultCount, function.ReturnsSet, function.IsSecurityDefiner));
    }

    [Fact]
    public void Types_KnowTheirRowsBasesAndElements()
    {
        var view = CatalogTestBed.Snapshot(CatalogTestBed.Key, "app").View("app", "public", "sales");

        Assert.Same(view.FindRelation("public"u8, "orders"u8), view.FindType(default, "orders"u8)!.Relation);
        Assert.Equal((SqlTypeKind.Domain, 23u), (view.FindType(default, "short"u8)!.Kind, view.FindType(default, "short"u8)!.BaseType));
        Assert.Equal(23u, view.FindType(1007)!.BaseType);
        Assert.Null(view.FindType(4711));
    }

    [Fact]
    public void D18_Operators_AreThoseOfThePath_AndCastsAreEverywhere()
    {
        var view = CatalogTestBed.Snapshot(CatalogTestBed.Key, "app").View("app", "public");

        Assert.True(view.HasOperators);
        Assert.Equal(["public.lower"], view.FindOperators(default, "+"u8).ToArray().Select(static one => $"{one.Function}"));
        Assert.Equal(["sales.own"], view.FindOperators("sales"u8, "+"u8).ToArray().Select(static one => $"{one.Function}"));
        Assert.Empty(view.FindOperators("nowhere"u8, "+"u8).ToArray());
        Assert.Empty(view.FindOperators("sales"u8, "~~~"u8).ToArray());

        // A function that is not in the snapshot is not taken for any that is.
        Assert.True(view.FindOperators("sales"u8, "@"u8)[0].Function.IsUnknown);
        Assert.Equal((23u, 700u, "public.lower"), (view.Casts[0].Source, view.Casts[0].Target, $"{view.Casts[0].Function}"));
        var both = CatalogTestBed.Snapshot(CatalogTestBed.Key, "app").View("app", "public", "sales");
        Assert.Equal(2, both.FindOperators(default, "+"u8).Length);
    }

    [Fact]
    public void SearchPath_IsWhatIsPinned()
    {
        var view = CatalogTestBed.Snapshot(CatalogTestBed.Key, "app").View("app", "nowhere", "sales");

        Assert.Equal(["nowhere", "sales"], view.SearchPath.ToArray().Select(static name => name.ToString()));
    }

    [Fact]
    public void D22_Partitions_KnowTheirParents()
    {
        var view = CatalogTestBed.Snapshot(CatalogTestBed.Key, "app").View("app", "public");
        var child = view.FindRelation(default, "orders_eu"u8)!;

        Assert.True(child.IsPartition);
        Assert.Same(view.FindRelation(default, "orders"u8), Assert.Single(child.Parents));
    }

    [Fact]
    public void Inheritance_InACircle_MakesNoSnapshot()
    {
        var builder = new CatalogBuilder();
        Assert.True(CatalogTestBed.TryAdd(builder, 0, "1", "public"));
        foreach (var oid in new[] { "2", "3", "4" })
        {
            Assert.True(CatalogTestBed.TryAdd(builder, 1, oid, "1", "t" + oid, "r", "f"));
        }

        Assert.True(CatalogTestBed.TryAdd(builder, 3, "2", "3") && CatalogTestBed.TryAdd(builder, 3, "3", "4") && CatalogTestBed.TryAdd(builder, 3, "4", "2"));
        Assert.Null(builder.Build());
    }

    [Fact]
    public void D17_InheritanceOfAnyDepth_DoesNotUseTheStack()
    {
        var builder = new CatalogBuilder();
        Assert.True(CatalogTestBed.TryAdd(builder, 0, "1", "public"));
        for (var i = 10; i < 100_010; i++)
        {
            var oid = i.ToString(CultureInfo.InvariantCulture);
            Assert.True(CatalogTestBed.TryAdd(builder, 1, oid, "1", "t" + oid, "r", "f"));
            Assert.True(i == 10 || CatalogTestBed.TryAdd(builder, 3, (i - 1).ToString(CultureInfo.InvariantCulture), oid));
        }

        Assert.Equal(100_000, builder.Build()!.Relations.Count);
    }

    [Fact]
    public void Diamonds_AreNoCircles()
    {
        var builder = new CatalogBuilder();
        Assert.True(CatalogTestBed.TryAdd(builder, 0, "1", "public"));
        foreach (var oid in new[] { "2", "3", "4", "5" })
        {
            Assert.True(CatalogTestBed.TryAdd(builder, 1, oid, "1", "t" + oid, "r", "f"));
        }

        foreach (var (child, parent) in new[] { ("2", "3"), ("2", "4"), ("3", "5"), ("4", "5"), ("3", "4") })
        {
            Assert.True(CatalogTestBed.TryAdd(builder, 3, child, parent));
        }

        Assert.Equal([3u, 4u], builder.Build()!.Relations[2].Parents.Select(static p => p.Oid));
    }

    [Theory]
    [InlineData(0, "x", "public")]
    [InlineData(0, "-1", "public")]
    [InlineData(0, "4294967296", "public")]
    [InlineData(0, "1")]
    [InlineData(0, "1", "public", "more")]
    [InlineData(1, "1", "1", "t", "z", "f")]
    [InlineData(1, "1", "1", "t", "rr", "f")]
    [InlineData(1, "1", "1", "t", "r", "true")]
    [InlineData(2, "1", "40000", "a", "23")]
    [InlineData(4, "1", "1", "f", "f", "23,25", "0", "f", "25", "f", "f")]
    [InlineData(4, "1", "1", "f", "f", "23 ", "0", "f", "25", "f", "f")]
    [InlineData(4, "1", "1", "f", "q", "23", "0", "f", "25", "f", "f")]
    [InlineData(6, "1", "1", "t", "x", "0", "0", "0")]
    [InlineData(7, "1")]
    public void A16_RowsThatAreNotWhatWasAskedFor_AreRefused(int result, params string[] row) =>
        Assert.False(CatalogTestBed.TryAdd(new CatalogBuilder(), result, row));

    [Fact]
    public void A16_ColumnsOutOfOrder_AreRefused()
    {
        var builder = new CatalogBuilder();

        Assert.True(CatalogTestBed.TryAdd(builder, 2, "2", "1", "a", "23"));
        Assert.False(CatalogTestBed.TryAdd(builder, 2, "1", "1", "a", "23"));
    }

    [Fact]
    public void LookUps_DoNotAllocate()
    {
        var snapshot = CatalogTestBed.Snapshot(CatalogTestBed.Key, "app");
        var path = new CatalogSearchPath("public", "sales");
        var found = 0;
        for (var round = 0; round < 2; round++)
        {
            found = 0;
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1_000; i++)
            {
                var view = snapshot.For("app", path)!;
                found += view.FindRelation(default, "orders"u8) is null ? 0 : 1;
                found += view.FindRelation("sales"u8, "orders"u8)!.IndexOf("Größe"u8) == 0 ? 1 : 0;
                found += view.FindFunctions(default, "lower"u8).Length;
                found += view.FindType(default, "int4"u8) is null ? 0 : 1;
                found += HarmlessFunctions.Contains("pg_catalog"u8, "lower"u8) ? 1 : 0;
            }

            if (round > 0)
            {
                Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            }
        }

        Assert.Equal(6_000, found);
    }

    private static uint[] Oids(ReadOnlySpan<SqlFunction> functions) => [.. functions.ToArray().Select(static f => f.Oid)];
}
