using PgOAuth.Protocol;
using PgOAuth.Sql.Resolution;
using PgOAuth.Testing.Upstream;
using Xunit;

namespace PgOAuth.Enforcement.Catalog;

/// <summary>What the catalog tests share: small catalogs made of rows, as the server would send them.</summary>
internal static class CatalogTestBed
{
    internal static CatalogKey Key => new("main", "shop");

    internal static string[][][] SmallContent =>
    [
        [["11", "pg_catalog"], ["2200", "public"], ["300", "sales"]],
        [["1", "11", "pg_class", "r", "f"], ["2", "2200", "orders", "p", "f"], ["3", "2200", "orders_eu", "r", "t"], ["4", "300", "orders", "v", "f"], ["5", "999", "elsewhere", "r", "f"], ["6", "300", "pg_class", "r", "f"]],
        [["1", "1", "oid", "26"], ["2", "1", "id", "23"], ["2", "3", "note", "25"], ["3", "1", "id", "23"], ["4", "1", "Größe", "25"]],
        [["3", "2"]],
        [["10", "11", "lower", "f", "25", "0", "f", "25", "f", "f"], ["11", "2200", "lower", "f", "23 25", "1", "f", "23", "t", "t"], ["12", "300", "own", "p", "", "0", "f", "2278", "f", "f"]],
        [["11", "", "23"], ["11", "named", "25"]],
        [["23", "11", "int4", "b", "0", "0", "0"], ["1007", "11", "_int4", "b", "0", "0", "23"], ["700", "2200", "orders", "c", "2", "0", "0"], ["701", "300", "short", "d", "0", "23", "0"]],
        [["2200", "+", "700", "700", "11"], ["300", "+", "0", "23", "12"], ["300", "~~~", "23", "23", "0"], ["300", "@", "0", "23", "999"], ["999", "+", "0", "23", "12"]],
        [["23", "700", "11", "f"]],
    ];

    internal static CatalogContent Build(string[][][] content)
    {
        var builder = new CatalogBuilder();
        for (var result = 0; result < content.Length; result++)
        {
            foreach (var row in content[result])
            {
                Assert.True(TryAdd(builder, result, row), string.Join('|', row));
            }
        }

        return builder.Build() ?? throw new InvalidOperationException("circle");
    }

    internal static CatalogSnapshot Snapshot(CatalogKey key, params string[] roles) => new(key, Build(SmallContent), State(roles, "11", "2200", "300"));

    internal static CatalogState State(IEnumerable<string> roles, params string[] schemas)
    {
        var state = new CatalogState(roles);
        foreach (var role in state.Roles.ToArray())
        {
            foreach (var schema in schemas)
            {
                Assert.True(TryAdd(state, 1, role, schema));
            }
        }

        return state;
    }

    internal static bool TryAdd(ICatalogRows rows, int result, params string[] values)
    {
        var message = BackendMessages.DataRow(values);
        var frame = new MessageFrame((byte)'D', message.AsSpan(5));
        return CatalogRow.TryParse(frame, out var row) && rows.TryAdd(result, ref row) && row.IsAtEnd;
    }

    /// <summary>The messages of a result.</summary>
    internal static byte[][] Result(params string[][] rows) =>
        [BackendMessages.RowDescription("a"), .. rows.Select(BackendMessages.DataRow), BackendMessages.CommandComplete("SELECT")];

    internal static CatalogView View(this CatalogSnapshot snapshot, string role, params string[] path) => snapshot.For(role, new CatalogSearchPath(path))!;

    internal static uint? Find(this ISqlCatalog catalog, string schema, string name) =>
        catalog.FindRelation(System.Text.Encoding.UTF8.GetBytes(schema), System.Text.Encoding.UTF8.GetBytes(name))?.Oid;
}
