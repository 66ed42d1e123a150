using System.Text.Json;
using System.Text.Json.Nodes;
using PgOAuth.IntegrationTests.Enforcement;
using PgOAuth.Sql.Resolution;
using Xunit;

namespace PgOAuth.IntegrationTests.Sql;

/// <summary>
/// What the resolver finds beside what a server finds: each query becomes a function with that body, for which the server records every
/// relation, column and function that its analysis met (pg_depend).
/// </summary>
public sealed class ResolutionTests(ITestOutputHelper output)
{
    private const string Dependencies = """
        select json_agg(json_build_array(p.proname, n.nspname || '.' || c.relname, a.attname))
        from pg_depend d join pg_proc p on d.classid = 'pg_proc'::regclass and d.objid = p.oid and p.pronamespace = 'zz'::regnamespace
          join pg_class c on d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid and c.relkind <> 'c'
          join pg_namespace n on n.oid = c.relnamespace
          left join pg_attribute a on a.attrelid = c.oid and a.attnum = d.refobjsubid and d.refobjsubid <> 0
        """;

    private const string FunctionDependencies = """
        select json_agg(json_build_array(p.proname, n.nspname || '.' || c.proname, null))
        from pg_depend d join pg_proc p on d.classid = 'pg_proc'::regclass and d.objid = p.oid and p.pronamespace = 'zz'::regnamespace
          left join pg_operator o on d.refclassid = 'pg_operator'::regclass and d.refobjid = o.oid and o.oid >= 16384
          join pg_proc c on (d.refclassid = 'pg_proc'::regclass and d.refobjid = c.oid) or c.oid = o.oprcode join pg_namespace n on n.oid = c.pronamespace
        """;

    // What the server says about itself, changed to what it might have been before the session changed definitions in its transaction.
    [Fact]
    public async Task D20_WhereTheCatalogIsBehind_NothingThatTheServerRecordsIsMissed()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await AssumedRoleServer.StartAsync(18, cancellationToken);
        await using var session = await server.OpenAsync(cancellationToken);
        var (queries, json, columns) = await PrepareAsync(session, cancellationToken);
        var names = columns.Values.SelectMany(static set => set).Where(static item => item.StartsWith("public.", StringComparison.Ordinal)).Select(static item => item.Split('.')[1]).Distinct().ToArray();
        var wrong = new List<string>();
        int compared = 0, refused = 0;
        foreach (var name in names)
        {
            foreach (var (what, catalog) in new[]
            {
                ("created", Behind(json, name, static (relations, relation) => Remove(relations, relation))),
                ("one column added", Behind(json, name, static (_, relation) => relation["columns"]!.AsArray().RemoveAt(relation["columns"]!.AsArray().Count - 1))),
                ("columns dropped", Behind(json, name, static (relations, relation) => AddColumns(relations, relation))),
                ("another dropped", Behind(json, name, static (relations, relation) => AddBefore(relations, relation))),
            })
            {
                for (var i = 0; i < queries.Length; i++)
                {
                    var expected = columns.GetValueOrDefault($"q{i}", []);
                    if (queries[i].StartsWith("/*", StringComparison.Ordinal) || !expected.Any(item => item.StartsWith($"public.{name}", StringComparison.Ordinal)))
                    {
                        continue;
                    }

                    var found = AccessPairs.Of(queries[i], catalog, allowUnknown: true);
                    if (found.Failure is not null)
                    {
                        refused++;
                        continue;
                    }

                    compared++;
                    var missing = expected.Where(item => !IsFound(item, found.Columns)).ToList();
                    if (missing.Count > 0)
                    {
                        wrong.Add($"{name} {what}: missing {string.Join(", ", missing)}: {queries[i]}");
                    }
                }
            }
        }

        output.WriteLine($"{names.Length} relations, {compared} resolved, {refused} refused");
        Assert.True(wrong.Count == 0, $"{wrong.Count} differ:\n{string.Join('\n', wrong.Take(50))}");
        Assert.True(compared > 1_000 && refused * 20 < compared, $"{compared} resolved, {refused} refused");
    }

    private static bool IsFound(string item, HashSet<string> found)
    {
        var words = item.Split('.');
        return found.Contains(item) || found.Contains($"{words[0]}.{words[1]}.*") || found.Contains($"?{words[1]}");
    }

    private static MemoryCatalog Behind(string json, string name, Action<JsonArray, JsonObject> change)
    {
        var root = JsonNode.Parse(json)!;
        var relations = root["relations"]!.AsArray();
        change(relations, relations.Select(static relation => relation!.AsObject()).Single(relation => $"{relation["schema"]}.{relation["name"]}" == $"public.{name}"));
        root["path"] = new JsonArray("pg_catalog", "gone", "public");
        return MemoryCatalog.Read(root.ToJsonString());
    }

    private static void Remove(JsonArray relations, JsonObject removed)
    {
        relations.Remove(removed);
        foreach (var relation in relations)
        {
            var parents = relation!["parents"]!.AsArray();
            foreach (var parent in parents.Where(parent => $"{parent}" == $"{removed["oid"]}").ToArray())
            {
                parents.Remove(parent);
            }
        }
    }

    // Those that others have, for names that would be looked up there.
    private static void AddColumns(JsonArray relations, JsonObject relation)
    {
        var own = relation["columns"]!.AsArray();
        var names = own.Select(static column => $"{column![0]}").ToHashSet();
        foreach (var other in relations.Where(static other => $"{other!["schema"]}" == "public").SelectMany(static other => other!["columns"]!.AsArray()).Select(static column => column!.DeepClone()).ToArray())
        {
            if (names.Add($"{other[0]}"))
            {
                own.Add(other);
            }
        }
    }

    private static void AddBefore(JsonArray relations, JsonObject relation)
    {
        var copy = relation.DeepClone().AsObject();
        copy["schema"] = "gone";
        copy["oid"] = "4000000000";
        relations.Add(copy);
    }

    [Fact]
    public async Task D18_ToD31_EveryColumnTheServerRecords_IsAmongTheAccesses()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await AssumedRoleServer.StartAsync(18, cancellationToken);
        await using var session = await server.OpenAsync(cancellationToken);
        var (queries, json, columns) = await PrepareAsync(session, cancellationToken);
        var catalog = MemoryCatalog.Read(json);
        var functions = Group(await RunAsync(session, FunctionDependencies, cancellationToken));
        var wrong = new List<string>();
        int compared = 0, equal = 0;
        for (var i = 0; i < queries.Length; i++)
        {
            var found = AccessPairs.Of(queries[i], catalog);
            var expected = columns.GetValueOrDefault($"q{i}", []);
            if (found.Failure is not null)
            {
                wrong.Add($"{found.Failure}: {queries[i]}");
                continue;
            }

            // Fields of a function's result are its type's, though the server notes the table's; and it notes all columns for EXCLUDED.
            if (!queries[i].StartsWith("/*", StringComparison.Ordinal))
            {
                var missing = expected.Except(found.Columns).ToList();
                missing.AddRange(functions.GetValueOrDefault($"q{i}", []).Except(found.Functions));
                if (missing.Count > 0)
                {
                    wrong.Add($"missing {string.Join(", ", missing)}: {queries[i]}");
                }
            }

            compared += expected.Count;
            equal += expected.SetEquals(found.Columns) ? 1 : 0;
        }

        output.WriteLine($"{queries.Length} queries, {compared} relations and columns, {equal} queries with exactly these");
        Assert.True(wrong.Count == 0, $"{wrong.Count} differ:\n{string.Join('\n', wrong)}");
        Assert.True(queries.Length > 300 && compared > 900, "too little to say anything");
        Assert.True(equal > 250, $"only {equal} queries are told exactly");
    }

    // The queries, the catalog, and what the server records of each query.
    private static async Task<(string[] Queries, string Catalog, Dictionary<string, HashSet<string>> Columns)> PrepareAsync(SimpleQuerySession session, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Sql", "Resolution");
        await RunAsync(session, "drop table public.t, public.users; create schema zz; set search_path = public", cancellationToken);
        await RunAsync(session, await File.ReadAllTextAsync(Path.Combine(folder, "schema.sql"), cancellationToken), cancellationToken);
        var queries = await File.ReadAllLinesAsync(Path.Combine(folder, "queries.sql"), cancellationToken);
        var catalog = (await RunAsync(session, MemoryCatalog.Query, cancellationToken))!;
        for (var i = 0; i < queries.Length; i++)
        {
            await RunAsync(session, $"create function zz.q{i}() returns void language sql begin atomic {queries[i]}; end", cancellationToken);
        }

        return (queries, catalog, Group(await RunAsync(session, Dependencies, cancellationToken)));
    }

    private static async Task<string?> RunAsync(SimpleQuerySession session, string sql, CancellationToken cancellationToken)
    {
        var (row, error) = await session.RunAsync(sql, cancellationToken);
        Assert.True(error is null, $"{error}: {sql[..Math.Min(sql.Length, 500)]}");
        return row.Length > 0 ? row[0] : null;
    }

    private static Dictionary<string, HashSet<string>> Group(string? json)
    {
        var result = new Dictionary<string, HashSet<string>>();
        using var document = JsonDocument.Parse(json!);
        foreach (var item in document.RootElement.EnumerateArray())
        {
            var name = item[0].GetString()!;
            if (!result.TryGetValue(name, out var set))
            {
                result.Add(name, set = []);
            }

            set.Add(item[1].GetString()!);
            if (item[2].GetString() is { } column)
            {
                set.Add($"{item[1].GetString()}.{column}");
            }
        }

        return result;
    }
}
