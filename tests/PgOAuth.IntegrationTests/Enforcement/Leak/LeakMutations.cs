using System.Globalization;
using System.Text;

namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>Small changes of a text: towards what is protected, and towards other spellings of the same.</summary>
internal static class LeakMutations
{
    private static readonly string[] Protected =
    [
        "secret", "ssn", "salary", "extra", "pin", "token", "body", "blob", "history", "contact", "payload", "code", "chip", "amount", "bytes",
        "person", "account", "doc", "event", "dog", "event_a", "v_secret", "v_mixed", "m_secret", "vault.secrets", "vault.base", "vault.keys", "denied_leaf",
        "app.leak()", "app.leak_rows()", "pg_stats", "pg_statistic", "pg_largeobject", "vault.hidden", "xmin", "ctid", "*",
    ];

    /// <summary>The text with one change, as far as it has what the change needs.</summary>
    public static string Of(string text, LeakRandom random)
    {
        var words = Words(text);
        if (words.Count == 0)
        {
            return text;
        }

        var (start, length) = words[random.Below(words.Count)];
        if (!random.HasRowFields && start + length < text.Length && text[start + length] == '(')
        {
            // A column's name in a function's place may read it as a field of its row.
            return text;
        }

        var word = text.Substring(start, length);
        return random.Below(14) switch
        {
            0 or 1 or 2 => Replace(random.Pick<string>(Protected)),
            3 => Replace($"\"{word}\""),
            4 => Replace(Escaped(word)),
            5 => Replace(word.ToUpperInvariant()),
            6 => Replace($"{word}/* /* */ -- */"),
            7 => Replace($"{word} --\r"),
            8 => text.Contains("select ", StringComparison.Ordinal) ? Insert(text.IndexOf("select ", StringComparison.Ordinal) + 7, random.Pick<string>(Protected) + ", ") : text,
            9 => Replace(""),
            10 => Replace($"{word}, {random.Pick<string>(Protected)}"),
            11 => text.Contains(" from ", StringComparison.Ordinal) ? Insert(text.IndexOf(" from ", StringComparison.Ordinal), ", " + random.Pick<string>(Protected)) : text,
            12 => Replace(random.Pick("ſecret", "secret\u200d", word + "\u00a0", "\u212a", "secret".PadRight(70, 't'))),
            _ => Swap(),
        };

        string Replace(string by) => string.Concat(text.AsSpan(0, start), by, text.AsSpan(start + length));

        string Insert(int at, string what) => text.Insert(at, what);

        string Swap()
        {
            var other = words[random.Below(words.Count)];
            return Replace(text.Substring(other.Start, other.Length));
        }
    }

    private static List<(int Start, int Length)> Words(string text)
    {
        var words = new List<(int, int)>();
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsAsciiLetter(text[i]) || (i > 0 && (char.IsAsciiLetterOrDigit(text[i - 1]) || text[i - 1] == '_')))
            {
                continue;
            }

            var end = i;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
            {
                end++;
            }

            words.Add((i, end - i));
            i = end;
        }

        return words;
    }

    // U&"\0073ecret"
    private static string Escaped(string word)
    {
        var text = new StringBuilder("U&\"");
        for (var i = 0; i < word.Length; i++)
        {
            text.Append(i % 3 == 0 ? string.Create(CultureInfo.InvariantCulture, $"\\{(int)word[i]:x4}") : word[i].ToString());
        }

        return text.Append('"').ToString();
    }
}
