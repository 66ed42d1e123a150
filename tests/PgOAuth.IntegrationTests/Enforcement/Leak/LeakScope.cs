namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>The range variables that an expression sees.</summary>
internal sealed class LeakScope(LeakScope? outer = null)
{
    /// <summary>What is in the FROM clause so far.</summary>
    public List<LeakRange> Ranges { get; } = [];

    /// <summary>The scope around it, for correlated subqueries.</summary>
    public LeakScope? Outer { get; } = outer;

    /// <summary>Whether a name alone means one column.</summary>
    public bool IsUnique(string column) => Ranges.Sum(range => range.Columns.Count(one => one.Name == column)) == 1;
}
