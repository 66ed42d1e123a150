using PgOAuth.Sql.Resolution;

namespace PgOAuth.Enforcement.Catalog;

/// <summary>Stage 7: a catalog that may be read without a rule, and which of its columns. Immutable.</summary>
internal sealed class HarmlessRelation
{
    private readonly NameTable<string> _columns;
    private readonly bool _onlyThese;

    internal HarmlessRelation(IEnumerable<string> columns, bool onlyThese)
    {
        _columns = new NameTable<string>([.. columns.Select(static column => KeyValuePair.Create(new SqlName(column), column))]);
        _onlyThese = onlyThese;
    }

    /// <summary>Whether all of it may be read.</summary>
    internal bool IsWhole => !_onlyThese && _columns.Count == 0;

    /// <summary>Whether this column may be read.</summary>
    internal bool MayRead(ReadOnlySpan<byte> column) => _columns.TryFind(column, out _) == _onlyThese;
}
