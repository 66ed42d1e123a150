namespace PgOAuth.Enforcement;

/// <summary>Where an operator ends: the longest run of operator characters, cut at a comment and without a trailing sign (stage 7).</summary>
internal static class SqlOperator
{
    internal static int End(ReadOnlySpan<byte> text, int start)
    {
        var end = start + 1;
        while (end < text.Length && SqlCharacters.IsOperator(text[end]) && !StartsComment(text, end))
        {
            end++;
        }

        while (end - start > 1 && (text[end - 1] is (byte)'+' or (byte)'-')
            && text[start..(end - 1)].IndexOfAny(SqlCharacters.NotInSqlOperators) < 0)
        {
            end--;
        }

        return end;
    }

    private static bool StartsComment(ReadOnlySpan<byte> text, int position)
    {
        var rest = text[position..];
        return rest.StartsWith("--"u8) || rest.StartsWith("/*"u8);
    }
}
