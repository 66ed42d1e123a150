using System.Globalization;
using T = PgOAuth.IntegrationTests.Enforcement.Leak.LeakType;

namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>Random expressions that PostgreSQL accepts, by their type.</summary>
internal sealed class LeakExpressions(LeakRandom random, LeakQueries queries)
{
    private static readonly T[] Types = [T.Text, T.Int, T.Number, T.Time, T.Json, T.Bool];

    public T AnyType() => random.Pick<T>(T.Text, T.Text, T.Int, T.Int, T.Number, T.Time, T.Json, T.Bool);

    public string Of(T type, LeakScope scope, int depth)
    {
        if (depth <= 0 || random.Chance(45))
        {
            return Leaf(type, scope);
        }

        var next = depth - 1;
        return random.Below(12) switch
        {
            0 => $"coalesce({Of(type, scope, next)}, {Of(type, scope, next)})",
            1 => $"case when {Of(T.Bool, scope, next)} then {Of(type, scope, next)} else {Of(type, scope, next)} end",
            2 when queries.MayNest(depth) => $"({queries.Scalar(type, scope, next)})",
            3 => $"({Of(type, scope, next)})::{NameOf(type)}",
            4 when type != T.Json => $"(array[{Of(type, scope, next)}, {Of(type, scope, next)}])[{random.Between(1, 2)}]",
            5 when type is not T.Json => $"nullif({Of(type, scope, next)}, {Of(type, scope, next)})",
            _ => Special(type, scope, next),
        };
    }

    /// <summary>A column of the type, or a value where there is none.</summary>
    public string Leaf(T type, LeakScope scope) => random.Chance(82) && Column(type, scope) is { } column ? column : Literal(type);

    public string? Column(T type, LeakScope scope)
    {
        var dirty = random.IsDirty && random.Chance(35);
        for (var level = random.Chance(15) && scope.Outer is not null ? scope.Outer : scope; level is not null; level = level.Outer)
        {
            var found = new List<(LeakRange Range, LeakColumn Column)>();
            foreach (var range in level.Ranges)
            {
                foreach (var column in range.Columns)
                {
                    if (column.Type == type && (dirty || !column.IsSecret))
                    {
                        found.Add((range, column));
                    }
                }
            }

            if (found.Count > 0)
            {
                var (range, column) = found[random.Below(found.Count)];
                return Reference(level, range, column);
            }
        }

        return null;
    }

    /// <summary>A whole row; null where there is none that may be read.</summary>
    public string? Row(LeakScope scope)
    {
        var ranges = scope.Ranges.Where(range => range.IsRow && (range.IsWhole || random.IsDirty)).ToList();
        return ranges.Count == 0 ? null : ranges[random.Below(ranges.Count)].Name;
    }

    public string Literal(T type) => type switch
    {
        T.Text => random.Pick("'a'", "'person 3'", "'city 1'", "'kind 2'", "E'x\\ty'", "$$b$$", "U&'\\0061'", "'it''s'", "null::text"),
        T.Int => random.Pick("0", "1", "2", "3", "7", "12", "100", "-1", "null::int"),
        T.Number => random.Pick("0.5", "10.25", "1e2", "42::numeric", "null::numeric"),
        T.Time => random.Pick("now()", "timestamptz '2026-01-01 00:00+00'", "current_timestamp", "'2001-01-01'::timestamptz"),
        T.Json => random.Pick("'{\"a\": 1}'::jsonb", "'[1, 2]'::jsonb", "jsonb 'null'"),
        T.Bool => random.Pick("true", "false", "null::bool"),
        _ => "null",
    };

    public static string NameOf(T type) => type switch
    {
        T.Text => "text",
        T.Int => "bigint",
        T.Number => "numeric",
        T.Time => "timestamptz",
        T.Json => "jsonb",
        T.Bool => "bool",
        _ => "text",
    };

    /// <summary>An aggregate of this type.</summary>
    public string Aggregate(T type, LeakScope scope, int depth)
    {
        var inner = type switch
        {
            T.Text => random.Pick($"string_agg({Leaf(T.Text, scope)}, ',')", $"max({Leaf(T.Text, scope)})", $"min({Of(T.Text, scope, depth)})"),
            T.Int => random.Pick("count(*)", $"count({Leaf(random.Pick(Types), scope)})", $"count(distinct {Leaf(T.Int, scope)})", $"max({Leaf(T.Int, scope)})"),
            T.Number => random.Pick($"sum({Leaf(T.Number, scope)})", $"avg({Leaf(T.Int, scope)})", $"percentile_cont(0.5) within group (order by {Leaf(T.Int, scope)})::numeric"),
            T.Time => $"min({Leaf(T.Time, scope)})",
            T.Json => random.Pick($"jsonb_agg({Leaf(T.Text, scope)})", $"jsonb_object_agg(coalesce({Leaf(T.Text, scope)}, ''), {Leaf(T.Int, scope)})",
                Row(scope) is { } row ? $"jsonb_agg({row})" : $"jsonb_agg({Leaf(T.Int, scope)} order by {Leaf(T.Int, scope)})"),
            _ => $"bool_or({Of(T.Bool, scope, depth)})",
        };
        return random.Chance(15) && !inner.Contains("within", StringComparison.Ordinal) ? $"{inner} filter (where {Of(T.Bool, scope, 1)})" : inner;
    }

    private string Reference(LeakScope level, LeakRange range, LeakColumn column) => random.Below(20) switch
    {
        0 when range.IsRow && random.HasRowFields => $"({range.Name}).{column.Name}",
        1 when range.IsRow && random.HasRowFields => $"{column.Name}({range.Name})",
        2 when range.Table is { } table && range.Name == table.Name => $"{table.FullName}.{column.Name}",
        3 => $"\"{range.Name}\".\"{column.Name}\"",
        4 or 5 or 6 or 7 when level.IsUnique(column.Name) => column.Name,
        8 => $"{range.Name.ToUpperInvariant()}.{column.Name.ToUpperInvariant()}",
        _ => $"{range.Name}.{column.Name}",
    };

    private string Special(T type, LeakScope scope, int depth)
    {
        string A(T wanted) => Of(wanted, scope, depth);
        return type switch
        {
            T.Text => random.Below(18) switch
            {
                0 => $"upper({A(T.Text)})",
                1 => $"{A(T.Text)} || {A(T.Text)}",
                2 => $"substring({A(T.Text)} from 1 for 3)",
                3 => $"concat_ws('-', {A(T.Text)}, {A(T.Int)})",
                4 => $"format('%s/%s', {A(T.Text)}, {A(T.Int)})",
                5 => $"({A(T.Json)} ->> 'a')",
                6 => $"to_char({A(T.Time)}, 'YYYY-MM')",
                7 => $"md5({A(T.Text)})",
                8 => $"trim(both ' ' from {A(T.Text)})",
                9 => $"replace({A(T.Text)}, 'a', 'b')",
                10 => $"overlay({A(T.Text)} placing 'z' from 1)",
                11 => $"encode(convert_to({A(T.Text)}, 'UTF8'), '{random.Pick("hex", "base64", "escape")}')",
                12 => Row(scope) is { } row ? random.Pick($"{row}::text", $"format('%s', {row})", $"row_to_json({row})::text", $"concat({row})", $"to_jsonb({row})::text") : $"lower({A(T.Text)})",
                13 => $"({A(T.Int)})::text",
                14 => $"array_to_string(array[{A(T.Text)}, {A(T.Text)}], ',')",
                15 => $"({A(T.Text)}).{random.Pick("upper", "lower", "md5", "btrim")}",
                16 => $"treat({A(T.Int)} as text)",
                _ => $"split_part({A(T.Text)}, ' ', 1)",
            },
            T.Int => random.Below(10) switch
            {
                0 => $"length({A(T.Text)})",
                1 => $"({A(T.Int)} + {A(T.Int)})",
                2 => $"abs({A(T.Int)})",
                3 => $"extract(year from {A(T.Time)})::int",
                4 => $"app.add_one(({A(T.Int)})::int)",
                5 => $"num_nonnulls({A(T.Text)}, {A(T.Int)})",
                6 => $"({A(T.Int)} - {Literal(T.Int)})",
                7 => $"position('e' in {A(T.Text)})",
                8 => $"greatest({A(T.Int)}, {A(T.Int)})",
                _ => $"cardinality(array[{A(T.Int)}])",
            },
            T.Number => random.Below(5) switch
            {
                0 => $"({A(T.Number)} * {A(T.Int)})",
                1 => $"round({A(T.Number)}, 2)",
                2 => $"({A(T.Int)})::numeric",
                3 => $"({A(T.Number)} + {A(T.Number)})",
                _ => $"least({A(T.Number)}, {A(T.Number)})",
            },
            T.Time => random.Below(3) switch
            {
                0 => $"date_trunc('month', {A(T.Time)})",
                1 => $"({A(T.Time)} + interval '1 day')",
                _ => $"({A(T.Time)} at time zone 'UTC')::timestamptz",
            },
            T.Json => random.Below(7) switch
            {
                0 => $"jsonb_build_object('k', {A(T.Text)}, 'n', {A(T.Int)})",
                1 => $"to_jsonb({A(T.Text)})",
                2 => $"({A(T.Json)} -> 'a')",
                3 => Row(scope) is { } row ? $"to_jsonb({row})" : $"jsonb_build_array({A(T.Int)})",
                4 => $"jsonb_set({A(T.Json)}, '{"{a}"}', to_jsonb({A(T.Int)}))",
                5 => $"jsonb_path_query_array({A(T.Json)}, '$.a')",
                _ => $"jsonb_build_array({A(T.Text)}, {A(T.Bool)})",
            },
            _ => Condition(scope, depth),
        };
    }

    private string Condition(LeakScope scope, int depth)
    {
        string A(T wanted) => Of(wanted, scope, depth);
        var type = random.Pick<T>(T.Text, T.Int, T.Number, T.Time);
        return random.Below(16) switch
        {
            0 => $"{A(type)} {random.Pick("=", "<>", "<", ">", "<=", ">=")} {A(type)}",
            1 => $"({A(T.Bool)} and {A(T.Bool)})",
            2 => $"({A(T.Bool)} or {A(T.Bool)})",
            3 => $"not ({A(T.Bool)})",
            4 => $"{A(T.Text)} {random.Pick("like", "ilike", "not like")} '%a%'",
            5 => $"{A(type)} in ({A(type)}, {A(type)})",
            6 when queries.MayNest(depth) => $"{A(type)} in ({queries.Scalar(type, scope, depth)})",
            7 when queries.MayNest(depth) => $"exists ({queries.Scalar(type, scope, depth)})",
            8 => $"{A(type)} between {A(type)} and {A(type)}",
            9 => $"{A(random.Pick(Types))} is {random.Pick("", "not ")}null",
            10 => $"{A(type)} is distinct from {A(type)}",
            11 => $"{A(type)} = any (array[{A(type)}, {A(type)}])",
            12 => $"({A(T.Int)}, {A(T.Text)}) < ({A(T.Int)}, {A(T.Text)})",
            13 when queries.MayNest(depth) => $"{A(type)} > all ({queries.Scalar(type, scope, depth)})",
            14 => $"{A(T.Json)} @> '{"{\"a\": 1}"}'",
            _ => string.Create(CultureInfo.InvariantCulture, $"{A(T.Int)} = {random.Below(12)}"),
        };
    }
}
