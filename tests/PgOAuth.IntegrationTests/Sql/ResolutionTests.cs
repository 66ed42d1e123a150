using System.Text.Json;
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
          join pg_proc c on d.refclassid = 'pg_proc'::regclass and d.refobjid = c.oid join pg_namespace n on n.oid = c.pronamespace
        """;

    [Fact]
    public async Task D18_ToD31_EveryColumnTheServerRecords_IsAmongTheAccesses()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await AssumedRoleServer.StartAsync(18, cancellationToken);
        await using var session = await server.OpenAsync(cancellationToken);
        var folder = Path.Combine(AppContext.BaseDirectory, "Sql", "Resolution");
        await RunAsync("drop table public.t, public.users; create schema zz");
        await RunAsync(await File.ReadAllTextAsync(Path.Combine(folder, "schema.sql"), cancellationToken));
        var queries = await File.ReadAllLinesAsync(Path.Combine(folder, "queries.sql"), cancellationToken);
        var catalog = MemoryCatalog.Read((await RunAsync(MemoryCatalog.Query))!);
        for (var i = 0; i < queries.Length; i++)
        {
            await RunAsync($"create function zz.q{i}() returns void language sql begin atomic {queries[i]}; end");
        }

        var columns = Group(await RunAsync(Dependencies));
        var functions = Group(await RunAsync(FunctionDependencies));
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

        async Task<string?> RunAsync(string sql)
        {
            var (row, error) = await session.RunAsync(sql, cancellationToken);
            Assert.True(error is null, $"{error}: {sql[..Math.Min(sql.Length, 500)]}");
            return row.Length > 0 ? row[0] : null;
        }
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
