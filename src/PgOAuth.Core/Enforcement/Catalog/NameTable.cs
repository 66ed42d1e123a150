using System.Diagnostics.CodeAnalysis;
using PgOAuth.Sql.Resolution;

namespace PgOAuth.Enforcement.Catalog;

/// <summary>Stage 7: an immutable table from UTF-8 names to objects. A look-up neither allocates nor copies.</summary>
internal sealed class NameTable<T>
    where T : class
{
    internal static readonly NameTable<T> Empty = new([]);

    // Open addressing, at most half full.
    private readonly (SqlName? Name, T? Value)[] _slots;

    /// <param name="entries">Names are distinct; of equal ones the first is found.</param>
    internal NameTable(IReadOnlyCollection<KeyValuePair<SqlName, T>> entries)
    {
        var size = 1;
        while (size < entries.Count * 2)
        {
            size *= 2;
        }

        Count = entries.Count;
        _slots = new (SqlName?, T?)[size];
        foreach (var (name, value) in entries)
        {
            var slot = (int)name.Hash & (size - 1);
            while (_slots[slot].Name is not null)
            {
                slot = (slot + 1) & (size - 1);
            }

            _slots[slot] = (name, value);
        }
    }

    internal int Count { get; }

    internal IEnumerable<KeyValuePair<SqlName, T>> Entries
    {
        get
        {
            foreach (var (name, value) in _slots)
            {
                if (name is not null)
                {
                    yield return new(name, value!);
                }
            }
        }
    }

    internal bool TryFind(ReadOnlySpan<byte> name, [MaybeNullWhen(false)] out T value) => TryFind(name, SqlName.HashOf(name), out value);

    internal bool TryFind(ReadOnlySpan<byte> name, uint hash, [MaybeNullWhen(false)] out T value)
    {
        var slots = _slots;
        if (Count > 0)
        {
            for (var slot = (int)hash & (slots.Length - 1); slots[slot].Name is { } known; slot = (slot + 1) & (slots.Length - 1))
            {
                if (known.Hash == hash && known.Is(name))
                {
                    value = slots[slot].Value!;
                    return true;
                }
            }
        }

        value = null;
        return false;
    }
}
