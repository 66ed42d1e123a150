using System.Text;

namespace PgOAuth.Enforcement;

/// <summary>A fixed set of lower-case words in one constant, each between blanks: looked up without hashing or allocating (stage 7).</summary>
internal readonly ref struct KeywordSet
{
    private const int LongestWord = 62;

    private readonly ReadOnlySpan<byte> _words;

    internal KeywordSet(ReadOnlySpan<byte> words) => _words = words;

    /// <summary>Whether the word, in any ASCII case, is in the set.</summary>
    internal bool Contains(ReadOnlySpan<byte> word)
    {
        if (word.Length is 0 or > LongestWord || word.Contains((byte)' '))
        {
            return false;
        }

        Span<byte> needle = stackalloc byte[LongestWord + 2];
        needle = needle[..(word.Length + 2)];
        needle[0] = needle[^1] = (byte)' ';
        // Fails on bytes that are not ASCII: no word of a set has any.
        return Ascii.ToLower(word, needle[1..^1], out _) == System.Buffers.OperationStatus.Done && _words.IndexOf(needle) >= 0;
    }
}
