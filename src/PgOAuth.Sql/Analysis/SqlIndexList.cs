namespace PgOAuth.Sql.Analysis;

/// <summary>A list of node indexes that keeps its array from statement to statement.</summary>
internal sealed class SqlIndexList
{
    private int[] _items = new int[16];

    public int Count { get; private set; }

    public int this[int index] => _items[index];

    public ReadOnlySpan<int> Items => _items.AsSpan(0, Count);

    public void Clear() => Count = 0;

    public void Set(int index, int item) => _items[index] = item;

    public void Truncate(int count) => Count = count;

    public void Add(int item)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Count * 2);
        }

        _items[Count++] = item;
    }
}
