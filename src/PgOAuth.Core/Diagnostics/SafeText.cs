using System.Text;

namespace PgOAuth.Diagnostics;

/// <summary>Makes text of a stranger fit for logs, audit and error messages: short, and without characters that forge lines (C36).</summary>
internal static class SafeText
{
    private const int MaxChars = 128;

    internal static string Clean(string text, int maxChars = MaxChars)
    {
        if (text.Length <= maxChars && !text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            // Nearly every text is such a one.
            return text;
        }

        var clean = new StringBuilder(Math.Min(text.Length, maxChars) + 1);
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length >= maxChars)
            {
                clean.Append('…');
                break;
            }

            var category = Rune.GetUnicodeCategory(rune);
            var printable = category is not (System.Globalization.UnicodeCategory.Control
                or System.Globalization.UnicodeCategory.Format
                or System.Globalization.UnicodeCategory.LineSeparator
                or System.Globalization.UnicodeCategory.ParagraphSeparator
                or System.Globalization.UnicodeCategory.Surrogate
                or System.Globalization.UnicodeCategory.PrivateUse
                or System.Globalization.UnicodeCategory.OtherNotAssigned);
            if (printable)
            {
                clean.Append(rune.ToString());
            }
            else
            {
                clean.Append('?');
            }
        }

        return clean.ToString();
    }
}
