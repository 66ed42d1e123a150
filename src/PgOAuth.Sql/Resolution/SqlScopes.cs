namespace PgOAuth.Sql.Resolution;

/// <summary>The resolver's working memory: what each query level sees. Stacks in arrays that are kept.</summary>
internal sealed class SqlScopes
{
    /// <summary>A schema's and an object's name for a look-up.</summary>
    public readonly byte[] Schema = new byte[64];
    public readonly byte[] Name = new byte[64];

    /// <summary>Types, and whether the statement may have values of them.</summary>
    public readonly Dictionary<uint, bool> Types = [];

    /// <summary>The functions that it calls.</summary>
    public readonly HashSet<SqlFunction> Called = [];

    /// <summary>Overloads that are meant only if the statement may have values of the types that they take, and where they may be.</summary>
    public readonly List<(SqlFunction Function, int Token, int EndToken)> Overloads = [];

    private SqlRangeEntry[] _entries = new SqlRangeEntry[16];
    private SqlOutputColumn[] _columns = new SqlOutputColumn[64];
    private SqlScopeLevel[] _levels = new SqlScopeLevel[16];
    private SqlCteEntry[] _ctes = new SqlCteEntry[8];
    private SqlMergedJoin[] _joins = new SqlMergedJoin[8];
    private int[] _children = new int[64];
    private byte[] _names = new byte[1024];
    private int _highEntries;

    public int EntryCount { get; private set; }

    public int ColumnCount { get; private set; }

    public int LevelCount { get; private set; }

    public int CteCount { get; private set; }

    public int JoinCount { get; private set; }

    public int ChildCount { get; private set; }

    public int NameBytes { get; private set; }

    public void Clear()
    {
        // Relations of an old snapshot must not be kept alive.
        _entries.AsSpan(0, _highEntries).Clear();
        _highEntries = 0;
        EntryCount = 0;
        ColumnCount = 0;
        LevelCount = 0;
        CteCount = 0;
        JoinCount = 0;
        ChildCount = 0;
        NameBytes = 0;
        Types.Clear();
        Called.Clear();
        Overloads.Clear();
    }

    // The references are good until the next item of the kind is added.
    public ref SqlRangeEntry Entry(int index) => ref _entries[index];

    public ref SqlOutputColumn Column(int index) => ref _columns[index];

    public ref SqlScopeLevel Level(int index) => ref _levels[index];

    public ref SqlCteEntry Cte(int index) => ref _ctes[index];

    public ref SqlMergedJoin Join(int index) => ref _joins[index];

    public int Child(int index) => _children[index];

    public ReadOnlySpan<byte> Bytes(SqlNameRef name) => _names.AsSpan(name.Start, name.Length);

    public bool IsName(SqlNameRef name, ReadOnlySpan<byte> other, uint hash) => name.Hash == hash && Bytes(name).SequenceEqual(other);

    public SqlNameRef AddName(ReadOnlySpan<byte> name) => AddName(name, SqlName.HashOf(name));

    public SqlNameRef AddName(ReadOnlySpan<byte> name, uint hash)
    {
        while (NameBytes + name.Length > _names.Length)
        {
            Array.Resize(ref _names, _names.Length * 2);
        }

        name.CopyTo(_names.AsSpan(NameBytes));
        var result = new SqlNameRef(NameBytes, name.Length, hash);
        NameBytes += name.Length;
        return result;
    }

    public int AddEntry(in SqlRangeEntry entry)
    {
        Put(ref _entries, EntryCount, entry);
        if (EntryCount >= _highEntries)
        {
            _highEntries = EntryCount + 1;
        }

        return EntryCount++;
    }

    public int AddColumn(in SqlOutputColumn column)
    {
        Put(ref _columns, ColumnCount, column);
        return ColumnCount++;
    }

    public int AddLevel(in SqlScopeLevel level)
    {
        Put(ref _levels, LevelCount, level);
        return LevelCount++;
    }

    public int AddCte(in SqlCteEntry cte)
    {
        Put(ref _ctes, CteCount, cte);
        return CteCount++;
    }

    public void AddJoin(in SqlMergedJoin join)
    {
        Put(ref _joins, JoinCount, join);
        JoinCount++;
    }

    public void AddChild(int child)
    {
        Put(ref _children, ChildCount, child);
        ChildCount++;
    }

    public void ReverseChildren(int from) => _children.AsSpan(from, ChildCount - from).Reverse();

    public void CutEntries(int count) => EntryCount = count;

    public void CutLevels(int count) => LevelCount = count;

    public void CutCtes(int count) => CteCount = count;

    public void CutJoins(int count) => JoinCount = count;

    public void CutChildren(int count) => ChildCount = count;

    public void CutColumns(int count) => ColumnCount = count;

    private static void Put<T>(ref T[] items, int index, in T item)
    {
        if (index == items.Length)
        {
            Array.Resize(ref items, index * 2);
        }

        items[index] = item;
    }
}
