namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>A relation of the leak tests' database.</summary>
internal sealed record LeakTable(string Schema, string Name, LeakColumn[] Columns)
{
    /// <summary>Whether the token may read some of it.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Whether the token may insert, update and delete.</summary>
    public bool IsWritable { get; init; }

    /// <summary>Whether the token may merge into it.</summary>
    public bool IsMergeable { get; init; }

    /// <summary>Whether the token may copy it.</summary>
    public bool IsCopied { get; init; }

    /// <summary>Whether <c>on conflict (id)</c> has an index.</summary>
    public bool HasKey { get; init; }

    /// <summary>Whether it has no protected column.</summary>
    public bool IsWhole { get; } = Columns.All(static column => !column.IsSecret);

    public string FullName => $"{Schema}.{Name}";

    /// <summary>As the search path finds it.</summary>
    public string ShortName => Schema == "app" ? Name : FullName;
}
