namespace PgOAuth.Enforcement;

/// <summary>Where quoted things end, as PostgreSQL's scanner sees it (stage 7). All give the index behind the end, or -1 when there is none.</summary>
internal static class SqlQuotes
{
    /// <summary>'…', U&amp;'…' (<paramref name="doubling"/>: '' is a quote) and B'…', X'…' (it is not). Starts behind the opening quote.</summary>
    internal static int EndOfString(ReadOnlySpan<byte> text, int position, bool doubling)
    {
        while (true)
        {
            var length = text[position..].IndexOf((byte)'\'');
            if (length < 0)
            {
                return -1;
            }

            position += length + 1;
            if (!GoesOn(text, ref position, doubling))
            {
                return position;
            }
        }
    }

    /// <summary>E'…': a backslash takes the next byte with it. Starts behind the opening quote.</summary>
    internal static int EndOfEscapeString(ReadOnlySpan<byte> text, int position)
    {
        while (true)
        {
            var length = text[position..].IndexOfAny((byte)'\'', (byte)'\\');
            if (length < 0)
            {
                return -1;
            }

            position += length;
            if (text[position] == '\\')
            {
                position += 2;
                if (position > text.Length)
                {
                    return -1;
                }

                continue;
            }

            position++;
            if (!GoesOn(text, ref position, doubling: true))
            {
                return position;
            }
        }
    }

    /// <summary>"…", where "" is a quote. Starts behind the opening quote. Nothing inside is an error to PostgreSQL.</summary>
    internal static int EndOfName(ReadOnlySpan<byte> text, int position)
    {
        var start = position;
        while (true)
        {
            var length = text[position..].IndexOf((byte)'"');
            if (length < 0)
            {
                return -1;
            }

            position += length + 1;
            if (position == text.Length || text[position] != '"')
            {
                return position == start + 1 ? -1 : position;
            }

            position++;
        }
    }

    /// <summary>The end of a $tag$ that starts at <paramref name="start"/>, or -1 when it is none.</summary>
    internal static int EndOfDollarTag(ReadOnlySpan<byte> text, int start)
    {
        var end = start + 1;
        if (end < text.Length && SqlCharacters.StartsName(text[end]))
        {
            while (end < text.Length && SqlCharacters.ContinuesTag(text[end]))
            {
                end++;
            }
        }

        return end < text.Length && text[end] == '$' ? end + 1 : -1;
    }

    internal static int EndOfDollarString(ReadOnlySpan<byte> text, int start, int tagEnd)
    {
        var tag = text[start..tagEnd];
        var length = text[tagEnd..].IndexOf(tag);
        return length < 0 ? -1 : tagEnd + length + tag.Length;
    }

    private static bool GoesOn(ReadOnlySpan<byte> text, ref int position, bool doubling)
    {
        if (doubling && position < text.Length && text[position] == '\'')
        {
            position++;
            return true;
        }

        var continuation = SqlTrivia.SkipToContinuation(text, position);
        if (continuation < 0)
        {
            return false;
        }

        position = continuation;
        return true;
    }
}
