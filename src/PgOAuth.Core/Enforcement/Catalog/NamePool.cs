using PgOAuth.Sql.Resolution;

namespace PgOAuth.Enforcement.Catalog;

/// <summary>Stage 7: one object for each distinct name, for most columns of a database share their names with others.</summary>
internal sealed class NamePool
{
    private SqlName?[] _slots = new SqlName?[1024];
    private int _count;

    /// <summary>Bytes of all names.</summary>
    internal long Bytes { get; private set; }

    internal int Count => _count;

    internal SqlName Get(ReadOnlySpan<byte> utf8)
    {
        var slots = _slots;
        var hash = SqlName.HashOf(utf8);
        var slot = (int)hash & (slots.Length - 1);
        for (; slots[slot] is { } known; slot = (slot + 1) & (slots.Length - 1))
        {
            if (known.Hash == hash && known.Is(utf8))
            {
                return known;
            }
        }

        var name = new SqlName(utf8);
        slots[slot] = name;
        Bytes += utf8.Length;
        if (++_count * 2 > slots.Length)
        {
            Grow();
        }

        return name;
    }

    private void Grow()
    {
        var larger = new SqlName?[_slots.Length * 2];
        foreach (var name in _slots)
        {
            if (name is not null)
            {
                var slot = (int)name.Hash & (larger.Length - 1);
                while (larger[slot] is not null)
                {
                    slot = (slot + 1) & (larger.Length - 1);
                }

                larger[slot] = name;
            }
        }

        _slots = larger;
    }
}
