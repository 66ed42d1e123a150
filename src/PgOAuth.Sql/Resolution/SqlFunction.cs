using System.Collections.Immutable;

namespace PgOAuth.Sql.Resolution;

/// <summary>A function, procedure or aggregate of the catalog's snapshot. Immutable; one object per routine and snapshot.</summary>
internal sealed class SqlFunction
{
    public required uint Oid { get; init; }

    public required SqlName Schema { get; init; }

    public required SqlName Name { get; init; }

    public required SqlFunctionKind Kind { get; init; }

    /// <summary>Types of the input arguments (pg_proc.proargtypes), those with defaults and the variadic one with them.</summary>
    public required ImmutableArray<uint> ArgumentTypes { get; init; }

    /// <summary>How many of the last input arguments have defaults.</summary>
    public int DefaultCount { get; init; }

    /// <summary>Whether the last input argument is VARIADIC (also "any").</summary>
    public bool IsVariadic { get; init; }

    public required uint ReturnType { get; init; }

    public bool ReturnsSet { get; init; }

    /// <summary>
    /// OUT, INOUT and TABLE arguments in their order (names as written; an unnamed one is <c>columnN</c>; Number counts from 1).
    /// Empty when there are none.
    /// </summary>
    public ImmutableArray<SqlColumn> OutColumns { get; init; } = [];

    /// <summary>pg_proc.prosecdef.</summary>
    public bool IsSecurityDefiner { get; init; }

    /// <summary>
    /// Whether it only stands for a name that the snapshot does not have. An empty schema then means: some schema of the search path.
    /// </summary>
    public bool IsUnknown { get; private init; }

    /// <summary>A function or procedure that is not in the snapshot.</summary>
    /// <param name="schema">As it is written; empty when none is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="kind">What it is called as.</param>
    public static SqlFunction Unknown(SqlName schema, SqlName name, SqlFunctionKind kind) => new()
    {
        Oid = 0,
        Schema = schema,
        Name = name,
        Kind = kind,
        ArgumentTypes = [],
        ReturnType = 0,
        IsUnknown = true,
    };

    /// <summary>Whether a call with so many arguments can mean this.</summary>
    public bool Takes(int arguments) =>
        (IsVariadic || arguments <= ArgumentTypes.Length) && arguments >= ArgumentTypes.Length - DefaultCount - (IsVariadic ? 1 : 0);

    public override string ToString() => $"{Schema}.{Name}";
}
