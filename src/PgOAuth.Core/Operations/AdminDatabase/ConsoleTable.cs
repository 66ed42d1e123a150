namespace PgOAuth.Operations.AdminDatabase;

/// <summary>What a SHOW command answers with. A cell is a string, a long where the column is a number, or null.</summary>
internal sealed class ConsoleTable
{
    private readonly List<object?[]> _rows = [];

    internal ConsoleTable(ConsoleColumn[] columns) => Columns = columns;

    internal ConsoleColumn[] Columns { get; }

    internal IReadOnlyList<object?[]> Rows => _rows;

    internal void Add(params object?[] cells)
    {
        if (cells.Length != Columns.Length)
        {
            throw new ArgumentException($"{Columns.Length} cells are needed.", nameof(cells));
        }

        _rows.Add(cells);
    }
}
