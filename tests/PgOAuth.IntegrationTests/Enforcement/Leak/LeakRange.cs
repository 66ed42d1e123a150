namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>One range variable: a table, a subquery, a function.</summary>
internal sealed record LeakRange(string Name, LeakColumn[] Columns)
{
    /// <summary>Whether its whole row may be read.</summary>
    public bool IsWhole { get; } = Columns.All(static column => !column.IsSecret);

    /// <summary>Whether it is a row: functions that give one value are not.</summary>
    public bool IsRow { get; init; } = true;

    /// <summary>The table, unless columns were renamed.</summary>
    public LeakTable? Table { get; init; }
}
