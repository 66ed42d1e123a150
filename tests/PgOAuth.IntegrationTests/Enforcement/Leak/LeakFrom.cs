using System.Globalization;
using T = PgOAuth.IntegrationTests.Enforcement.Leak.LeakType;

namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>Random FROM clauses; what they bring into scope is known.</summary>
internal sealed class LeakFrom(LeakRandom random, LeakQueries queries)
{
    /// <summary>A table or a query of WITH, alone.</summary>
    public string Table(LeakScope scope, bool whole = false)
    {
        if (queries.Ctes.Count > 0 && random.Chance(40))
        {
            var cte = queries.Ctes[random.Below(queries.Ctes.Count)];
            return Aliased(scope, cte.Name, cte.Columns, null);
        }

        var table = PickTable(whole);
        return (random.Chance(5) ? "only " : "") + Aliased(scope, random.Chance(30) ? table.FullName : table.ShortName, table.Columns, table);
    }

    public string Clause(LeakScope scope, int depth)
    {
        var text = Item(scope, depth);
        while (random.Chance(28) && scope.Ranges.Count < 4)
        {
            text += random.Chance(25) ? ", " + Item(scope, depth) : Join(scope, depth);
        }

        return text;
    }

    public LeakTable PickTable(bool whole = false)
    {
        if (random.IsDirty && random.Chance(25))
        {
            return random.Pick<LeakTable>(LeakModel.Tables);
        }

        while (true)
        {
            var table = random.Pick<LeakTable>(LeakModel.Open);
            if (!whole || table.IsWhole || random.IsDirty)
            {
                return table;
            }
        }
    }

    private string Item(LeakScope scope, int depth)
    {
        switch (random.Below(14))
        {
            case 0 when queries.MayNest(depth):
                return Subquery(scope, new LeakScope(scope.Outer), "", depth);
            case 1 when queries.MayNest(depth) && scope.Ranges.Count > 0:
                // Sees what stands before it.
                var seen = new LeakScope(scope.Outer);
                seen.Ranges.AddRange(scope.Ranges);
                return Subquery(scope, seen, "lateral ", depth);
            case 2:
                return Function(scope);
            case 3:
                var alias = random.Name("v");
                scope.Ranges.Add(new LeakRange(alias, [new("a", T.Int), new(random.Chance(20) ? "secret" : "b", T.Text)]));
                return $"(values (1, 'x'), (2, 'y'), (3, {queries.Expressions.Literal(T.Text)})) as {alias}{LeakQueries.ListOf(scope.Ranges[^1].Columns)}";
            default:
                return Table(scope);
        }
    }

    private string Subquery(LeakScope scope, LeakScope outer, string lateral, int depth)
    {
        var query = queries.Query(lateral.Length > 0 ? outer : scope.Outer, depth - 1, null, out var outputs);
        var alias = random.Name("q");
        var columns = random.Chance(30) ? queries.Rename(outputs) : outputs;
        scope.Ranges.Add(new LeakRange(alias, columns));
        return $"{lateral}({query}) {random.Pick("as ", "")}{alias}{(columns == outputs ? "" : LeakQueries.ListOf(columns))}";
    }

    private string Function(LeakScope scope)
    {
        var alias = random.Name("f");
        switch (random.Below(6))
        {
            case 0:
                scope.Ranges.Add(new LeakRange(alias, [new(alias, T.Int)]) { IsRow = false });
                return $"generate_series(1, {random.Between(1, 4)}) {alias}";
            case 1:
                scope.Ranges.Add(new LeakRange(alias, [new("u", T.Text), new("o", T.Int)]));
                return $"unnest(array['a', 'b']) with ordinality {alias}(u, o)";
            case 2:
                scope.Ranges.Add(new LeakRange(alias, [new("a", T.Int), new("secret", T.Text)]));
                return $"jsonb_to_recordset('[{"{\"a\": 1, \"secret\": \"s\"}"}]') as {alias}(a int, secret text)";
            case 3:
                scope.Ranges.Add(new LeakRange(alias, [new("key", T.Text), new("value", T.Json)]));
                return $"jsonb_each('{"{\"a\": 1}"}') {alias}";
            case 4 when scope.Ranges.Exists(static range => range.Table?.Name == "doc"):
                var doc = scope.Ranges.First(static range => range.Table?.Name == "doc").Name;
                scope.Ranges.Add(new LeakRange(alias, [new("tag", T.Text)]));
                return $"unnest({doc}.tags) {alias}(tag)";
            default:
                scope.Ranges.Add(new LeakRange(alias, [new("x", T.Int), new("y", T.Text)]));
                return $"rows from (generate_series(1, 2), unnest(array['p', 'q'])) as {alias}(x, y)";
        }
    }

    private string Join(LeakScope scope, int depth)
    {
        var before = scope.Ranges.ToArray();
        var item = Item(scope, depth);
        if (scope.Ranges.Count == before.Length || random.Chance(8))
        {
            return " cross join " + item;
        }

        var added = scope.Ranges[^1];
        var common = before[^1].Columns.Where(left => added.Columns.Any(right => right.Name == left.Name && right.Type == left.Type)
            && before.Sum(range => range.Columns.Count(column => column.Name == left.Name)) == 1).ToArray();
        if (common.Length > 0 && random.Chance(25))
        {
            return random.Chance(35) ? $" natural {random.Pick("", "left ", "inner ")}join {item}" : $" {random.Pick("", "left ")}join {item} using ({random.Pick<LeakColumn>(common).Name})";
        }

        var type = random.Pick<T>(T.Int, T.Int, T.Text);
        var left = new LeakScope();
        left.Ranges.AddRange(before);
        var right = new LeakScope();
        right.Ranges.Add(added);
        var condition = queries.Expressions.Column(type, left) is { } one && queries.Expressions.Column(type, right) is { } two && !IsBare(one) && !IsBare(two)
            ? $"{one} = {two}"
            : queries.Expressions.Of(T.Bool, scope, 1);
        return $" {random.Pick("", "inner ", "left ", "right ")}join {item} on {condition}";
    }

    // A name alone might be ambiguous in both together.
    private static bool IsBare(string reference) => !reference.Contains('.', StringComparison.Ordinal) && !reference.Contains('(', StringComparison.Ordinal);

    private string Aliased(LeakScope scope, string name, LeakColumn[] columns, LeakTable? table)
    {
        var plain = name[(name.LastIndexOf('.') + 1)..];
        if (random.Chance(35) && !scope.Ranges.Exists(range => range.Name == plain))
        {
            scope.Ranges.Add(new LeakRange(plain, columns) { Table = table });
            return name;
        }

        var alias = random.Name(random.Chance(10) ? "secret" : "t");
        if (columns.Length > 0 && random.Chance(12))
        {
            // The names by position; those of the rest stay.
            var count = random.Between(1, columns.Length);
            var renamed = queries.Rename(columns[..count]);
            LeakColumn[] all = [.. renamed, .. columns[count..]];
            scope.Ranges.Add(new LeakRange(alias, [.. all.Where(one => all.Count(other => other.Name == one.Name) == 1)]) );
            return $"{name} as {alias}{LeakQueries.ListOf(renamed)}";
        }

        scope.Ranges.Add(new LeakRange(alias, columns) { Table = table });
        var sample = table is not null && table.Schema == "app" && !table.Name.StartsWith("v_", StringComparison.Ordinal) && random.Chance(3)
            ? string.Create(CultureInfo.InvariantCulture, $" tablesample {random.Pick("bernoulli", "system")} ({random.Between(50, 100)})")
            : "";
        return $"{name} {random.Pick("as ", "")}{alias}{sample}";
    }
}
