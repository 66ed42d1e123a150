using System.Globalization;
using System.Text;

namespace PgOAuth.Enforcement.Policy;

/// <summary>Shows a place of a statement to people (stage 7): the line that it begins in, and the place underlined as far as the line goes.</summary>
internal static class SqlExcerpt
{
    private const int MaxLineChars = 100;

    /// <param name="text">Gets two lines.</param>
    /// <param name="sql">The statement's text.</param>
    /// <param name="startByte">Where the place begins.</param>
    /// <param name="endByte">The byte after it.</param>
    internal static void Append(StringBuilder text, byte[] sql, int startByte, int endByte)
    {
        var all = Encoding.UTF8.GetString(sql);
        var start = Encoding.UTF8.GetCharCount(sql, 0, startByte);
        var end = Encoding.UTF8.GetCharCount(sql, 0, endByte);
        var lineStart = start == 0 ? 0 : all.LastIndexOfAny(['\n', '\r'], start - 1) + 1;
        var lineEnd = all.IndexOfAny(['\n', '\r'], start);
        lineEnd = lineEnd < 0 ? all.Length : lineEnd;
        if (lineEnd - lineStart > MaxLineChars)
        {
            lineStart = Math.Max(lineStart, Math.Min(start - (MaxLineChars / 4), lineEnd - MaxLineChars));
            lineEnd = Math.Min(lineEnd, lineStart + MaxLineChars);
        }

        text.Append("  ");
        AppendVisible(text, all.AsSpan(lineStart, lineEnd - lineStart));
        text.Append("\n  ").Append(' ', start - lineStart).Append('^', Math.Max(1, Math.Min(end, lineEnd) - start)).Append('\n');
    }

    // A statement may hold what a terminal obeys.
    private static void AppendVisible(StringBuilder text, ReadOnlySpan<char> line)
    {
        foreach (var letter in line)
        {
            text.Append(char.IsControl(letter) || char.GetUnicodeCategory(letter) is UnicodeCategory.Format ? ' ' : letter);
        }
    }
}
