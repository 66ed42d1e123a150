using System.Text;

namespace PgOAuth.Startup;

/// <summary>
/// Stage 2: reads the startup parameter <c>options</c> as the server does: split at white space with backslash as the
/// escape (PostgreSQL's pg_split_opts), then <c>-c name=value</c> and <c>--name=value</c>. Everything else is refused.
/// </summary>
internal static class StartupOptionsParser
{
    /// <summary>Reads the settings in an options string.</summary>
    /// <param name="options">The string.</param>
    /// <param name="settings">Name (with <c>-</c> folded to <c>_</c>) and value, in order.</param>
    /// <param name="refused">The word that could not be read, when false is returned.</param>
    internal static bool TryParse(string options, out List<KeyValuePair<string, string>> settings, out string? refused)
    {
        settings = [];
        refused = null;
        var words = Split(options);
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            string assignment;
            if (word.StartsWith("--", StringComparison.Ordinal))
            {
                assignment = word[2..];
            }
            else if (word.StartsWith("-c", StringComparison.Ordinal))
            {
                assignment = word.Length > 2 ? word[2..] : ++i < words.Count ? words[i] : "";
            }
            else
            {
                refused = word;
                return false;
            }

            var equals = assignment.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                refused = word;
                return false;
            }

            settings.Add(new(assignment[..equals].Replace('-', '_'), assignment[(equals + 1)..]));
        }

        return true;
    }

    private static List<string> Split(string options)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var i = 0;
        while (true)
        {
            while (i < options.Length && IsSpace(options[i]))
            {
                i++;
            }

            if (i == options.Length)
            {
                return words;
            }

            word.Clear();
            for (var escaped = false; i < options.Length && (escaped || !IsSpace(options[i])); i++)
            {
                escaped = !escaped && options[i] == '\\';
                if (!escaped)
                {
                    word.Append(options[i]);
                }
            }

            words.Add(word.ToString());
        }
    }

    // isspace() in the C locale, which is what the server splits at.
    private static bool IsSpace(char c) => c is ' ' or '\t' or '\n' or '\v' or '\f' or '\r';
}
