using System.Text;

namespace PgOAuth.Sql.Resolution;

/// <summary>A name as the catalog has it: UTF-8 after PostgreSQL's folding, at most 63 bytes. Immutable.</summary>
internal sealed class SqlName : IEquatable<SqlName>
{
    private readonly byte[] _utf8;
    private string? _text;

    public SqlName(ReadOnlySpan<byte> utf8)
    {
        _utf8 = utf8.ToArray();
        Hash = HashOf(utf8);
    }

    public SqlName(string text)
        : this(Encoding.UTF8.GetBytes(text))
    {
    }

    /// <summary>No name.</summary>
    public static SqlName Empty { get; } = new(default(ReadOnlySpan<byte>));

    public ReadOnlySpan<byte> Utf8 => _utf8;

    public bool IsEmpty => _utf8.Length == 0;

    /// <summary><see cref="HashOf"/> of the name.</summary>
    public uint Hash { get; }

    /// <summary>FNV-1a: names are short.</summary>
    public static uint HashOf(ReadOnlySpan<byte> utf8)
    {
        var hash = 2166136261u;
        foreach (var b in utf8)
        {
            hash = (hash ^ b) * 16777619u;
        }

        return hash;
    }

    public bool Is(ReadOnlySpan<byte> utf8) => utf8.SequenceEqual(_utf8);

    public bool Equals(SqlName? other) => other is not null && other.Hash == Hash && Is(other._utf8);

    public override bool Equals(object? obj) => Equals(obj as SqlName);

    public override int GetHashCode() => (int)Hash;

    public override string ToString() => _text ??= Encoding.UTF8.GetString(_utf8);
}
