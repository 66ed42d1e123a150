using System.Text;

namespace PgOAuth.Enforcement.Policy;

/// <summary>One name, the beginning of names, or any name; in UTF-8 as the catalog stores it (stage 7).</summary>
internal readonly struct NamePattern
{
    private readonly byte[]? _text;
    private readonly bool _isPrefix;

    private NamePattern(byte[] text, bool isPrefix)
    {
        _text = text;
        _isPrefix = isPrefix;
    }

    internal static NamePattern Any { get; } = new([], isPrefix: true);

    internal bool IsAny => _isPrefix && _text is { Length: 0 };

    internal bool IsExact => _text is not null && !_isPrefix;

    /// <summary>The name, or what names begin with.</summary>
    internal ReadOnlySpan<byte> Text => _text;

    internal static NamePattern Exact(string name) => new(Encoding.UTF8.GetBytes(name), isPrefix: false);

    internal static NamePattern Prefix(string start) => new(Encoding.UTF8.GetBytes(start), isPrefix: true);

    /// <summary>Whether the pattern means this name; <c>default</c> means none.</summary>
    internal bool Matches(ReadOnlySpan<byte> name) => _text is not null && (_isPrefix ? name.StartsWith(_text) : name.SequenceEqual(_text));

    public override string ToString() => Encoding.UTF8.GetString(Text) + (_isPrefix ? "*" : "");
}
