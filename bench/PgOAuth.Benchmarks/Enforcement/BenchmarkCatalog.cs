using System.Globalization;
using PgOAuth.Enforcement.Catalog;
using PgOAuth.Protocol;
using PgOAuth.Testing.Upstream;

namespace PgOAuth.Benchmarks.Enforcement;

/// <summary>The catalog of a shop's database, from rows as the server sends them: pgbench's tables, some that are joined, and many others.</summary>
internal static class BenchmarkCatalog
{
    private const int OtherTables = 400;
    private const int ColumnsOfOthers = 12;

    internal const string Role = "app";

    private static readonly (string Schema, string Name, string[] Columns)[] Tables =
    [
        ("2200", "pgbench_accounts", ["aid", "bid", "abalance", "filler"]),
        ("2200", "pgbench_branches", ["bid", "bbalance", "filler"]),
        ("2200", "pgbench_tellers", ["tid", "bid", "tbalance", "filler"]),
        ("2200", "pgbench_history", ["tid", "bid", "aid", "delta", "mtime", "filler"]),
        ("300", "orders", ["id", "customer_id", "ordered_at", "status", "total"]),
        ("300", "customers", ["id", "name", "email", "country"]),
        ("300", "order_items", ["id", "order_id", "product_id", "quantity", "unit_price"]),
        .. Enumerable.Range(0, OtherTables).Select(static number => (
            "300",
            Invariant($"table_{number:D4}"),
            Enumerable.Range(0, ColumnsOfOthers).Select(static column => Invariant($"column_{column:D2}")).ToArray())),
    ];

    internal static CatalogKey Key => new("main", "shop");

    internal static CatalogSearchPath SearchPath { get; } = new("public", "sales");

    /// <summary>As a session of the role sees it.</summary>
    internal static CatalogView View() => Snapshot().For(Role, SearchPath)!;

    internal static CatalogSnapshot Snapshot()
    {
        var content = new CatalogBuilder();
        Add(content, CatalogQueries.Result.Schemas, "11", "pg_catalog");
        Add(content, CatalogQueries.Result.Schemas, "2200", "public");
        Add(content, CatalogQueries.Result.Schemas, "300", "sales");
        for (var table = 0; table < Tables.Length; table++)
        {
            Add(content, CatalogQueries.Result.Relations, Oid(table), Tables[table].Schema, Tables[table].Name, "r", "f");
        }

        for (var table = 0; table < Tables.Length; table++)
        {
            for (var column = 0; column < Tables[table].Columns.Length; column++)
            {
                Add(content, CatalogQueries.Result.Columns, Oid(table), Invariant($"{column + 1}"), Tables[table].Columns[column], "23");
            }
        }

        Add(content, CatalogQueries.Result.Functions, "2147", "11", "count", "a", "2276", "0", "f", "20", "f", "f");
        Add(content, CatalogQueries.Result.Functions, "870", "11", "lower", "f", "25", "0", "f", "25", "f", "f");
        Add(content, CatalogQueries.Result.Types, "23", "11", "int4", "b", "0", "0", "0");
        Add(content, CatalogQueries.Result.Types, "25", "11", "text", "b", "0", "0", "0");

        var state = new CatalogState([Role]);
        foreach (var schema in new[] { "11", "2200", "300" })
        {
            Add(state, 1, Role, schema);
        }

        return new CatalogSnapshot(Key, content.Build()!, state);
    }

    private static string Oid(int table) => Invariant($"{16384 + table}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static void Add(CatalogBuilder rows, CatalogQueries.Result result, params string[] values) => Add(rows, (int)result, values);

    private static void Add(ICatalogRows rows, int result, params string[] values)
    {
        var message = BackendMessages.DataRow(values);
        Expect.That(
            CatalogRow.TryParse(new MessageFrame((byte)'D', message.AsSpan(5)), out var row) && rows.TryAdd(result, ref row) && row.IsAtEnd,
            "the row is one of a catalog: " + string.Join('|', values));
    }
}
