using System.Text;
using PgOAuth.Testing.Enforcement;

namespace PgOAuth.IntegrationTests.Enforcement;

/// <summary>Texts near escape attempts: other case, comments, quoting and Unicode forms, single edits, and role changes inside quotes.</summary>
internal static class SqlMutations
{
    private static readonly string[] _openings =
        ["'", "E'", "e'", "U&'", "n'", "b'", "x'", "$$", "$a$", "\"", "U&\"", "/*", "--", "'a'\n'", "E'a'\n'", "'a' --x\n'", "1$a$", "+--", "*/*"];

    private static readonly string[] _pieces =
        ["'", "''", "\\", "\\\\", "\\'", "\n", "\r", "--", "/*", "*/", "$$", "$a$", "$b$", "\"", "\"\"", " ", "x", "0", ";", "E'", "U&'", "(", ")", ",", " UESCAPE '!'", "!"];

    private static readonly string[] _fillers = ["", "/**/", " ", "\n", "--\n", "\t", "x", "'", "\"", ";", "\\", "e", "$$", "U&", "é", ".", "_"];

    /// <summary>Edits of the attempts, most of which make them something else.</summary>
    internal static IEnumerable<string> Of(IReadOnlyList<EscapeAttempt> attempts, int count, Random random)
    {
        for (var i = 0; i < count; i++)
        {
            // What a text with a NUL means is up to the frame, not to SQL.
            var text = new StringBuilder(attempts[random.Next(attempts.Count)].Sql.Replace("\0", "", StringComparison.Ordinal));
            for (var n = random.Next(1, 4); n > 0 && text.Length > 2; n--)
            {
                var at = random.Next(text.Length);
                switch (random.Next(6))
                {
                    case 0:
                        text.Remove(at, 1);
                        break;
                    case 1:
                        text[at] = char.IsAsciiLetterLower(text[at]) ? char.ToUpperInvariant(text[at]) : char.ToLowerInvariant(text[at]);
                        break;
                    case 2:
                        (text[at], text[at - at % 2]) = (text[at - at % 2], text[at]);
                        break;
                    case 3 when char.IsAsciiLetter(text[at]):
                        var escape = $"\\{(int)text[at]:x4}";
                        text.Remove(at, 1).Insert(at, escape);
                        break;
                    default:
                        text.Insert(at, _fillers[random.Next(_fillers.Length)]);
                        break;
                }
            }

            yield return text.ToString();
        }
    }

    /// <summary>A role change behind something quoted: whether it is inside the quotes is for the lexers to say.</summary>
    internal static IEnumerable<string> Quoting(int count, Random random)
    {
        for (var i = 0; i < count; i++)
        {
            var text = new StringBuilder("SELECT ").Append(_openings[random.Next(_openings.Length)]);
            Append(text, random);
            text.Append(random.Next(2) == 0 ? "; SET ROLE other; SELECT " : ", set_config('role', 'other', false), ");
            Append(text, random);
            yield return text.Append(random.Next(3) switch { 0 => "'", 1 => " --", _ => "" }).ToString();
        }
    }

    private static void Append(StringBuilder text, Random random)
    {
        for (var n = random.Next(4); n > 0; n--)
        {
            text.Append(_pieces[random.Next(_pieces.Length)]);
        }
    }
}
