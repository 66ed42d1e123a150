namespace PgOAuth.Enforcement;

/// <summary>White space and comments, as PostgreSQL's scanner skips them (stage 7).</summary>
internal static class SqlTrivia
{
    /// <summary>Where the next token starts, or -1 when a comment never ends.</summary>
    internal static int Skip(ReadOnlySpan<byte> text, int position)
    {
        while (position < text.Length)
        {
            switch (text[position])
            {
                // The vertical tab is white space from PostgreSQL 16 on and an error before: left to be unreadable.
                case (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f':
                    position++;
                    break;
                case (byte)'-' when StartsWith(text, position, "--"u8):
                    position = EndOfLine(text, position + 2);
                    break;
                case (byte)'/' when StartsWith(text, position, "/*"u8):
                    position = EndOfComment(text, position + 2);
                    if (position < 0)
                    {
                        return -1;
                    }

                    break;
                default:
                    return position;
            }
        }

        return position;
    }

    /// <summary>
    /// After a closing quote: where the text goes on when the next quote continues the same string (white space with a line break
    /// between, line comments allowed, block comments not), else -1. The result is behind the opening quote.
    /// </summary>
    internal static int SkipToContinuation(ReadOnlySpan<byte> text, int position)
    {
        var sawLineBreak = false;
        while (position < text.Length)
        {
            switch (text[position])
            {
                case (byte)' ' or (byte)'\t' or (byte)'\f':
                    position++;
                    break;
                case (byte)'\n' or (byte)'\r':
                    sawLineBreak = true;
                    position++;
                    break;
                case (byte)'-' when StartsWith(text, position, "--"u8):
                    position = EndOfLine(text, position + 2);
                    break;
                case (byte)'\'':
                    return sawLineBreak ? position + 1 : -1;
                default:
                    return -1;
            }
        }

        return -1;
    }

    private static bool StartsWith(ReadOnlySpan<byte> text, int position, ReadOnlySpan<byte> what) => text[position..].StartsWith(what);

    private static int EndOfLine(ReadOnlySpan<byte> text, int position)
    {
        var length = text[position..].IndexOfAny((byte)'\n', (byte)'\r');
        return length < 0 ? text.Length : position + length;
    }

    private static int EndOfComment(ReadOnlySpan<byte> text, int position)
    {
        var depth = 1;
        while (true)
        {
            var length = text[position..].IndexOfAny((byte)'*', (byte)'/');
            if (length < 0 || position + length + 1 >= text.Length)
            {
                return -1;
            }

            position += length;
            if (text[position] == '/' && text[position + 1] == '*')
            {
                depth++;
                position += 2;
            }
            else if (text[position] == '*' && text[position + 1] == '/')
            {
                depth--;
                position += 2;
                if (depth == 0)
                {
                    return position;
                }
            }
            else
            {
                position++;
            }
        }
    }
}
