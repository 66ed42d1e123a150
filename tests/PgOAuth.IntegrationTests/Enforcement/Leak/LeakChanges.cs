using T = PgOAuth.IntegrationTests.Enforcement.Leak.LeakType;

namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>Random INSERT, UPDATE, DELETE and MERGE.</summary>
internal sealed class LeakChanges(LeakRandom random, LeakQueries queries)
{
    private LeakExpressions Expressions => queries.Expressions;

    public string Any() => random.Below(random.Major >= 15 ? 10 : 8) switch
    {
        0 or 1 or 2 => Insert(),
        3 or 4 or 5 => Update(),
        6 or 7 => Delete(),
        _ => Merge(),
    };

    /// <summary>A query that changes something in its WITH.</summary>
    public string InQuery()
    {
        var table = PickTarget(static table => table.IsWritable && table.Name != "v_open");
        var scope = new LeakScope();
        scope.Ranges.Add(new LeakRange(table.Name, table.Columns) { Table = table });
        var key = Expressions.Column(T.Int, scope) ?? "1";
        var name = Expressions.Column(T.Text, scope) ?? "'x'";
        var change = random.Pick(
            $"delete from {table.ShortName} where {Expressions.Of(T.Bool, scope, 1)}",
            $"update {table.ShortName} set {Assignment(table, scope)} where {Expressions.Leaf(T.Int, scope)} < 4");
        return $"with changed as ({change} returning {key} as k, {name} as n) select k, n, (select count(*) from changed) from changed{random.Pick("", " where n is not null", " order by n")}";
    }

    public string Insert()
    {
        var table = PickTarget(static table => table.IsWritable);
        var columns = Columns(table);
        var names = string.Join(", ", columns.Select(static column => column.Name));
        string source;
        if (random.Chance(8))
        {
            (names, source) = ("", "default values");
        }
        else if (random.Chance(50))
        {
            source = "values " + string.Join(", ", Enumerable.Range(0, random.Between(1, 2)).Select(_ => $"({string.Join(", ", columns.Select(column => random.Chance(10) ? "default" : Value(column, new LeakScope())))})"));
        }
        else
        {
            source = queries.Query(null, 1, [.. columns.Select(static column => column.Type is T.Other ? T.Bool : column.Type)], out _);
        }

        var with = random.Chance(10) ? queries.With() : "";
        var scope = new LeakScope();
        var target = random.Chance(20) ? "z" : table.Name;
        scope.Ranges.Add(new LeakRange(target, table.Columns) { Table = target == table.Name ? table : null });
        var conflict = "";
        if (table.HasKey && random.Chance(35))
        {
            scope.Ranges.Add(new LeakRange("excluded", table.Columns));
            conflict = random.Chance(40) ? random.Pick(" on conflict do nothing", " on conflict (id) do nothing")
                : $" on conflict (id) do update set {Assignment(table, scope)}{(random.Chance(40) ? $" where {Expressions.Of(T.Bool, scope, 1)}" : "")}";
            scope.Ranges.RemoveAt(1);
        }

        return $"{with}insert into {table.ShortName}{(target == table.Name ? "" : " as " + target)}{(names.Length > 0 ? $" ({names})" : "")} {source}{conflict}{Returning(scope)}";
    }

    public string Update()
    {
        var table = PickTarget(static table => table.IsWritable);
        var scope = Target(table, out var target);
        var from = random.Chance(30) ? $" from {From(scope)}" : "";
        return $"{(random.Chance(10) ? queries.With() : "")}update {target} set {Assignment(table, scope)}{from} where {Expressions.Of(T.Bool, scope, 2)}{Returning(scope)}";
    }

    public string Delete()
    {
        var table = PickTarget(static table => table.IsWritable);
        var scope = Target(table, out var target);
        var from = random.Chance(35) ? $" using {From(scope)}" : "";
        return $"delete from {target}{from} where {Expressions.Of(T.Bool, scope, 2)}{Returning(scope)}";
    }

    public string Merge()
    {
        var table = PickTarget(static table => table.IsMergeable);
        var scope = Target(table, out var target);
        var source = From(scope);
        var both = Expressions.Of(T.Bool, scope, 1);
        var sourceOnly = new LeakScope();
        sourceOnly.Ranges.Add(scope.Ranges[^1]);
        var columns = Columns(table);
        var actions = new List<string>();
        if (random.Chance(70))
        {
            actions.Add($"when matched{(random.Chance(40) ? $" and {Expressions.Of(T.Bool, scope, 1)}" : "")} then {random.Pick("delete", "do nothing", $"update set {Assignment(table, scope)}")}");
        }

        if (random.Major >= 17 && random.Chance(20))
        {
            var targetOnly = new LeakScope();
            targetOnly.Ranges.Add(scope.Ranges[0]);
            actions.Add($"when not matched by source and {Expressions.Of(T.Bool, targetOnly, 1)} then {random.Pick("delete", "do nothing", $"update set {Assignment(table, targetOnly)}")}");
        }

        if (actions.Count == 0 || random.Chance(60))
        {
            actions.Add(random.Chance(20) ? "when not matched then do nothing"
                : $"when not matched then insert ({string.Join(", ", columns.Select(static column => column.Name))}) values ({string.Join(", ", columns.Select(column => Value(column, sourceOnly)))})");
        }

        var returning = random.Major >= 17 && random.Chance(40) ? $" returning merge_action(), {Expressions.Leaf(T.Text, scope)}" : "";
        return $"merge into {target} using {source} on {both} {string.Join(" ", actions)}{returning}";
    }

    private string From(LeakScope scope)
    {
        var own = new LeakScope();
        var text = new LeakFrom(random, queries).Table(own);
        var range = own.Ranges[0];
        if (scope.Ranges.Exists(other => other.Name == range.Name))
        {
            // The same table twice needs a second name.
            range = range with { Name = random.Name("u"), Table = null };
            text = $"{text} as {range.Name}";
        }

        scope.Ranges.Add(range);
        return text;
    }

    private LeakScope Target(LeakTable table, out string text)
    {
        var scope = new LeakScope();
        var name = random.Chance(25) ? random.Name("z") : table.Name;
        scope.Ranges.Add(new LeakRange(name, table.Columns) { Table = name == table.Name ? table : null });
        text = (random.Chance(30) ? table.FullName : table.ShortName) + (name == table.Name ? "" : $" as {name}");
        return scope;
    }

    private LeakTable PickTarget(Func<LeakTable, bool> filter)
    {
        var tables = random.IsDirty && random.Chance(20) ? LeakModel.Tables : [.. LeakModel.Writable.Where(filter)];
        return tables[random.Below(tables.Length)];
    }

    private LeakColumn[] Columns(LeakTable table)
    {
        // Some other than the key, so that not all inserts meet what is there.
        var dirty = random.IsDirty && random.Chance(20);
        var found = table.Columns.Where(column => (dirty || !column.IsSecret) && (column.Name != "id" || random.Chance(30)) && (table.Name != "event" || column.Name != "kind")
            && column.Type is not T.Other && random.Chance(70)).ToList();
        if (table.Name == "event")
        {
            found.Add(table.Columns[1]);
        }

        return found.Count > 0 ? [.. found] : [table.Columns[0]];
    }

    private string Assignment(LeakTable table, LeakScope scope)
    {
        var columns = Columns(table);
        var column = columns[random.Below(columns.Length)];
        if (random.Chance(15) && columns.Length > 1 && columns[0] != columns[1])
        {
            return $"({columns[0].Name}, {columns[1].Name}) = ({Value(columns[0], scope)}, {Value(columns[1], scope)})";
        }

        return random.Chance(8) ? $"{column.Name} = default" : $"{column.Name} = {Value(column, scope)}";
    }

    private string Value(LeakColumn column, LeakScope scope) => column switch
    {
        { Name: "kind" } => random.Pick("'a'", "'b'", "'c'"),
        { Type: T.Int } => $"({Expressions.Of(T.Int, scope, 1)})::int",
        { Type: T.Other } => "default",
        _ => Expressions.Of(column.Type, scope, 1),
    };

    private string Returning(LeakScope scope)
    {
        if (!random.Chance(45))
        {
            return "";
        }

        if (random.Chance(10) && (scope.Ranges[0].IsWhole || random.IsDirty))
        {
            return " returning *";
        }

        var aliased = random.Major >= 18 && random.Chance(30);
        if (aliased)
        {
            var columns = scope.Ranges[0].Columns.Where(column => !column.IsSecret || random.IsDirty).ToArray();
            if (columns.Length > 0)
            {
                var column = random.Pick<LeakColumn>(columns).Name;
                return random.Pick($" returning old.{column}, new.{column}", $" returning with (old as o, new as n) o.{column}, n.{column}");
            }
        }

        return $" returning {Expressions.Of(Expressions.AnyType(), scope, 1)}, {Expressions.Leaf(T.Text, scope)} as r";
    }
}
