using System.Buffers;
using System.Text;

namespace PgOAuth.Enforcement.Policy;

/// <summary>
/// Reads names as policies write them: as in SQL, so that <c>Orders</c> is orders and <c>"Orders"</c> is Orders, with <c>*</c> at the end for
/// names that begin so. Results are null when all is well, else what is wrong.
/// </summary>
internal static class PolicyNames
{
    // NAMEDATALEN - 1: the server would cut a longer name to another one.
    private const int MaxBytes = 63;

    /// <summary>schema.name of a relation or a function.</summary>
    internal static string? ReadObject(string text, out ObjectPattern pattern)
    {
        pattern = default;
        if (text == "*")
        {
            pattern = new ObjectPattern(NamePattern.Any, NamePattern.Any);
            return null;
        }

        var rest = text.AsSpan();
        if (ReadPart(ref rest, out var schema) is { } mistake)
        {
            return mistake;
        }

        if (rest.IsEmpty)
        {
            return $"names no schema; write schema.name, for example public.{text}.";
        }

        if (rest[0] != '.')
        {
            return "has characters between two names; write names with other characters than letters, digits, _ and $ in double quotes.";
        }

        rest = rest[1..];
        if (ReadPart(ref rest, out var name) is { } other)
        {
            return other;
        }

        if (!rest.IsEmpty)
        {
            return rest[0] == '.'
                ? "has more than two names; write schema.name. Columns stand in Columns."
                : "has characters behind the name; write names with other characters than letters, digits, _ and $ in double quotes.";
        }

        pattern = new ObjectPattern(schema, name);
        return null;
    }

    /// <summary>One column.</summary>
    internal static string? ReadColumn(string text, out byte[] column)
    {
        column = [];
        var rest = text.AsSpan();
        if (ReadPart(ref rest, out var name) is { } mistake)
        {
            return mistake;
        }

        if (!rest.IsEmpty)
        {
            return "is not one column; write the column's name alone, and the relation in Relations.";
        }

        if (!name.IsExact)
        {
            return "is a pattern; columns are named one by one. All columns are meant when none is named.";
        }

        column = name.Text.ToArray();
        return null;
    }

    /// <summary>A setting. Their names are compared without regard to case, quotes or not, and may have dots.</summary>
    internal static string? ReadSetting(string text, out NamePattern pattern)
    {
        pattern = default;
        var isPrefix = text.EndsWith('*');
        var name = isPrefix ? text[..^1] : text;
        if (name.Length == 0)
        {
            pattern = isPrefix ? NamePattern.Any : default;
            return isPrefix ? null : "is empty.";
        }

        if (!name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '$') || name[0] == '.' || name.Contains("..", StringComparison.Ordinal))
        {
            return "is not the name of a setting.";
        }

        name = name.ToLowerInvariant();
        pattern = isPrefix ? NamePattern.Prefix(name) : NamePattern.Exact(name);
        return null;
    }

    private static string? ReadPart(ref ReadOnlySpan<char> rest, out NamePattern pattern)
    {
        pattern = default;
        if (!rest.IsEmpty && rest[0] == '"')
        {
            return ReadQuoted(ref rest, out pattern);
        }

        var length = 0;
        while (length < rest.Length && IsWordPart(rest[length]))
        {
            length++;
        }

        var word = rest[..length];
        var isPrefix = length < rest.Length && rest[length] == '*';
        rest = rest[(isPrefix ? length + 1 : length)..];
        if (length == 0)
        {
            pattern = isPrefix ? NamePattern.Any : default;
            return isPrefix ? null : "has an empty name, or one with characters that must stand in double quotes.";
        }

        if (char.IsAsciiDigit(word[0]) || word[0] == '$')
        {
            return "has a name that begins with a digit or $; write it in double quotes.";
        }

        // As downcase_identifier with a multi-byte encoding: ASCII letters only.
        var name = string.Create(length, word, static (target, source) =>
        {
            for (var i = 0; i < target.Length; i++)
            {
                target[i] = char.IsAsciiLetterUpper(source[i]) ? (char)(source[i] | 0x20) : source[i];
            }
        });
        return Make(name, isPrefix, out pattern);
    }

    private static string? ReadQuoted(ref ReadOnlySpan<char> rest, out NamePattern pattern)
    {
        pattern = default;
        var name = new StringBuilder();
        for (var i = 1; i < rest.Length; i++)
        {
            if (rest[i] != '"')
            {
                name.Append(rest[i]);
            }
            else if (i + 1 < rest.Length && rest[i + 1] == '"')
            {
                name.Append('"');
                i++;
            }
            else
            {
                rest = rest[(i + 1)..];
                var isPrefix = !rest.IsEmpty && rest[0] == '*';
                if (isPrefix)
                {
                    rest = rest[1..];
                }

                return name.Length == 0 ? "has an empty name." : Make(name.ToString(), isPrefix, out pattern);
            }
        }

        return "has a double quote that is not closed.";
    }

    private static string? Make(string name, bool isPrefix, out NamePattern pattern)
    {
        pattern = default;
        if (name.Contains('\0') || !IsWellFormed(name))
        {
            return "has a name that is not text.";
        }

        if (Encoding.UTF8.GetByteCount(name) > MaxBytes)
        {
            return $"has a name of more than {MaxBytes} bytes, which PostgreSQL cuts to another one.";
        }

        pattern = isPrefix ? NamePattern.Prefix(name) : NamePattern.Exact(name);
        return null;
    }

    private static bool IsWellFormed(string name)
    {
        for (var rest = name.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var used) is not OperationStatus.Done)
            {
                return false;
            }

            rest = rest[used..];
        }

        return true;
    }

    private static bool IsWordPart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '$' || c >= 0x80;
}
