using T = PgOAuth.IntegrationTests.Enforcement.Leak.LeakType;

namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>Random queries that PostgreSQL accepts: what they give out is known, so that others can be built around them.</summary>
internal sealed class LeakQueries
{
    private const int MaxSubqueries = 4;

    private readonly LeakRandom _random;
    private readonly LeakFrom _from;
    private readonly List<LeakRange> _ctes = [];
    private int _subqueries;

    public LeakQueries(LeakRandom random)
    {
        _random = random;
        Expressions = new LeakExpressions(random, this);
        _from = new LeakFrom(random, this);
    }

    public LeakExpressions Expressions { get; }

    /// <summary>The queries of WITH that can be seen.</summary>
    public IReadOnlyList<LeakRange> Ctes => _ctes;

    /// <summary>So that statements stay as small as those of people.</summary>
    public bool MayNest(int depth) => depth > 0 && _subqueries < MaxSubqueries;

    /// <summary>A query of one column and mostly one row, that sees the scope around it.</summary>
    public string Scalar(T type, LeakScope outer, int depth)
    {
        _subqueries++;
        var scope = new LeakScope(outer);
        var from = _from.Table(scope);
        return _random.Below(4) switch
        {
            0 => $"select {Expressions.Aggregate(type, scope, depth)} from {from}",
            1 => $"select {Expressions.Of(type, scope, depth)} from {from} where {Expressions.Of(T.Bool, scope, depth)} limit 1",
            2 => $"select {Expressions.Leaf(type, scope)} from {from} order by {Expressions.Leaf(T.Int, scope)} fetch first row only",
            _ => $"select {Expressions.Leaf(type, scope)} from {from} where {Expressions.Leaf(T.Int, scope)} = {_random.Below(12)} limit 1",
        };
    }

    /// <summary>A whole SELECT with everything that may be around it.</summary>
    public string Statement() => Statement(out _);

    public string Statement(out LeakColumn[] outputs)
    {
        var with = _random.Chance(20) ? With() : "";
        var body = Query(null, _random.Between(1, 3), null, out outputs);
        return with + body;
    }

    /// <summary>WITH and one or two queries, which later ones see.</summary>
    public string With()
    {
        var parts = new List<string>();
        var isRecursive = _random.Chance(20);
        for (var i = _random.Between(1, 2); i > 0; i--)
        {
            var name = _random.Name("w");
            if (isRecursive && i == 1)
            {
                var scope = new LeakScope();
                var from = _from.Table(scope);
                parts.Add($"{name}(n, s) as (select 1, {Expressions.Leaf(T.Text, scope)} from {from} union all select n + 1, s from {name} where n < 3)");
                _ctes.Add(new LeakRange(name, [new("n", T.Int), new("s", T.Text)]));
                continue;
            }

            var query = Query(null, 1, null, out var outputs);
            var columns = _random.Chance(30) ? Rename(outputs) : outputs;
            parts.Add($"{name}{(columns == outputs ? "" : ListOf(columns))} as {_random.Pick("", "", "materialized ", "not materialized ")}({query})");
            _ctes.Add(new LeakRange(name, columns));
        }

        return $"with {(isRecursive ? "recursive " : "")}{string.Join(", ", parts)} ";
    }

    /// <summary>A query; its columns are called as <paramref name="outputs"/> says.</summary>
    public string Query(LeakScope? outer, int depth, T[]? shape, out LeakColumn[] outputs)
    {
        shape ??= NewShape();
        if (_random.Chance(8))
        {
            return Star(outer, out outputs);
        }

        if (_random.Chance(9) && depth > 0)
        {
            var first = Plain(outer, depth - 1, shape, out outputs, isPart: true);
            var second = Plain(outer, depth - 1, shape, out _, isPart: true);
            return $"{first} {_random.Pick("union", "union all", "intersect", "except", "except all")} {second}{(_random.Chance(40) ? " order by 1" : "")}{(_random.Chance(30) ? " limit 5" : "")}";
        }

        return Plain(outer, depth, shape, out outputs, isPart: false);
    }

    public static string ListOf(LeakColumn[] columns) => $"({string.Join(", ", columns.Select(static column => column.Name))})";

    /// <summary>Other names for the same columns; now and then that of a protected one.</summary>
    public LeakColumn[] Rename(LeakColumn[] columns)
    {
        var used = new HashSet<string>();
        return [.. columns.Select(column =>
        {
            var name = _random.Chance(20) ? _random.Pick("secret", "name", "id", "payload", "code", "pin") : _random.Name("r");
            return column with { Name = used.Add(name) ? name : _random.Name("r") };
        })];
    }

    public T[] NewShape()
    {
        var shape = new T[_random.Between(1, 4)];
        for (var i = 0; i < shape.Length; i++)
        {
            shape[i] = Expressions.AnyType();
        }

        return shape;
    }

    private string Star(LeakScope? outer, out LeakColumn[] outputs)
    {
        var scope = new LeakScope(outer);
        var from = _from.Table(scope, whole: true);
        var range = scope.Ranges[0];
        outputs = [.. range.Columns.DistinctBy(static column => column.Name)];
        return range.Table is { } table && range.Name == table.Name && _random.Chance(20) && from == table.ShortName
            ? $"table {table.ShortName}"
            : _random.Pick($"select * from {from}", $"select {range.Name}.* from {from}", range.IsRow ? $"select ({range.Name}).* from {from}" : $"select * from {from}");
    }

    private string Plain(LeakScope? outer, int depth, T[] shape, out LeakColumn[] outputs, bool isPart)
    {
        _subqueries++;
        var scope = new LeakScope(outer);
        var from = _random.Chance(4) ? "" : " from " + _from.Clause(scope, depth);
        var where = _random.Chance(55) ? $" where {Expressions.Of(T.Bool, scope, depth)}" : "";
        if (_random.Chance(18) && scope.Ranges.Count > 0)
        {
            return Grouped(scope, depth, shape, from, where, out outputs);
        }

        var items = new string[shape.Length];
        outputs = new LeakColumn[shape.Length];
        var window = _random.Chance(10) ? $" window w as (partition by {Expressions.Leaf(T.Text, scope)} order by {Expressions.Leaf(T.Int, scope)})" : "";
        for (var i = 0; i < shape.Length; i++)
        {
            outputs[i] = new LeakColumn(_random.Name("c"), shape[i]);
            var expression = window.Length > 0 && shape[i] is T.Int ? _random.Pick("row_number() over w", $"sum({Expressions.Leaf(T.Int, scope)}) over w", $"lag({Expressions.Leaf(T.Int, scope)}) over (w rows 1 preceding)")
                : _random.Chance(8) && shape[i] is T.Text ? $"first_value({Expressions.Leaf(T.Text, scope)}) over (order by {Expressions.Leaf(T.Int, scope)})"
                : Expressions.Of(shape[i], scope, depth);
            items[i] = $"{Typed(shape[i], expression)} as {outputs[i].Name}";
        }

        var distinct = _random.Chance(8) ? "distinct " : "";
        var order = "";
        if (!isPart)
        {
            if (distinct.Length > 0 && _random.Chance(50))
            {
                var key = Expressions.Leaf(T.Int, scope);
                distinct = $"distinct on ({key}) ";
                order = $" order by {key}";
            }
            else if (distinct.Length == 0 && _random.Chance(30))
            {
                order = $" order by {_random.Pick("1", outputs[0].Name, Expressions.Of(T.Text, scope, 1), Expressions.Leaf(T.Int, scope) + " desc nulls last")}";
            }

            order += _random.Chance(20) ? _random.Pick(" limit 3", " offset 1", " fetch first 2 rows only", " limit 2 offset 1") : "";
            order += distinct.Length == 0 && window.Length == 0 && outer is null && scope.Ranges.Count > 0 && scope.Ranges.TrueForAll(static range => range.Table is { IsWritable: true }) && _random.Chance(8)
                ? _random.Pick(" for update", " for share", $" for no key update of {scope.Ranges[0].Name}", " for key share skip locked")
                : "";
        }

        return $"select {distinct}{string.Join(", ", items)}{from}{where}{window}{order}";
    }

    private string Grouped(LeakScope scope, int depth, T[] shape, string from, string where, out LeakColumn[] outputs)
    {
        var keys = new List<string>();
        var items = new string[shape.Length];
        outputs = new LeakColumn[shape.Length];
        for (var i = 0; i < shape.Length; i++)
        {
            outputs[i] = new LeakColumn(_random.Name("c"), shape[i]);
            string item;
            if (i == 0 && shape[i] is T.Text or T.Int or T.Number or T.Time && Expressions.Column(shape[i], scope) is { } key)
            {
                keys.Add(key);
                item = key;
            }
            else
            {
                item = Expressions.Aggregate(shape[i], scope, Math.Min(depth, 1));
            }

            items[i] = $"{Typed(shape[i], item)} as {outputs[i].Name}";
        }

        var group = keys.Count == 0 ? ""
            : " group by " + _random.Pick(keys[0], keys[0], $"grouping sets (({keys[0]}), ())", $"rollup ({keys[0]})", $"cube ({keys[0]}), ({keys[0]})");
        var having = _random.Chance(30) ? $" having {Expressions.Aggregate(T.Int, scope, 1)} > 0" : "";
        return $"select {string.Join(", ", items)}{from}{where}{group}{having}";
    }

    // The arms of set operations and of recursion have to agree.
    private static string Typed(T type, string expression) => type is T.Int or T.Number or T.Text ? $"({expression})::{LeakExpressions.NameOf(type)}" : expression;
}
