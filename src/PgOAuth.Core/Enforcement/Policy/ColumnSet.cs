using System.Text;

namespace PgOAuth.Enforcement.Policy;

/// <summary>The columns that a rule is about: all, some, or all but some (stage 7).</summary>
internal sealed class ColumnSet
{
    private readonly HashSet<byte[]> _names;
    private readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly bool _isExcept;

    private ColumnSet(IEnumerable<byte[]> names, bool isExcept)
    {
        _names = new HashSet<byte[]>(names, Utf8NameComparer.Instance);
        _lookup = _names.GetAlternateLookup<ReadOnlySpan<byte>>();
        _isExcept = isExcept;
    }

    internal static ColumnSet All { get; } = new([], isExcept: true);

    /// <summary>Whether it is about every column, also those that the table gets tomorrow.</summary>
    internal bool IsAll => _isExcept && _names.Count == 0;

    internal static ColumnSet Of(IReadOnlyCollection<byte[]> columns, IReadOnlyCollection<byte[]> except) =>
        columns.Count > 0 ? new ColumnSet(columns, isExcept: false)
        : except.Count > 0 ? new ColumnSet(except, isExcept: true)
        : All;

    internal bool Contains(ReadOnlySpan<byte> column) => _lookup.Contains(column) != _isExcept;

    public override string ToString() => IsAll
        ? "all columns"
        : (_isExcept ? "all columns but " : "columns ") + string.Join(", ", _names.Select(Encoding.UTF8.GetString).Order(StringComparer.Ordinal));
}
