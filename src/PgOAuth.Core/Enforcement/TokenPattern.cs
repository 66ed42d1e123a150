using System.Text;
using PgOAuth.Sql.Lexing;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Enforcement;

/// <summary>
/// A text that another is compared with token by token: words in any case, all else as written. A question mark stands for any plain
/// string, an exclamation mark for any name without escapes (stage 7).
/// </summary>
internal sealed class TokenPattern
{
    private readonly byte[] _text;
    private readonly SqlToken[] _tokens;

    internal TokenPattern(string text)
    {
        _text = Encoding.ASCII.GetBytes(text);
        var lexer = new SqlLexer(_text, new SqlToken[32]);
        if (!lexer.Run())
        {
            throw new ArgumentException(lexer.Error, nameof(text));
        }

        _tokens = lexer.Tokens[..lexer.Count];
    }

    internal int Count => _tokens.Length;

    /// <summary>Whether the tokens are those of the pattern.</summary>
    internal bool Is(in StatementTokens tokens) => tokens.Count == Count && Begins(tokens);

    /// <summary>Whether the tokens begin with those of the pattern.</summary>
    internal bool Begins(in StatementTokens tokens)
    {
        if (tokens.Count < Count)
        {
            return false;
        }

        var pattern = new StatementTokens(_text, _tokens);
        for (var i = 0; i < pattern.Count; i++)
        {
            if (!Matches(pattern, tokens, i))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Matches(in StatementTokens pattern, in StatementTokens tokens, int index)
    {
        var expected = pattern.Raw(index);
        if (pattern[index] is T.Op)
        {
            return expected[0] == '?' ? tokens[index] is T.SConst && tokens.Raw(index)[0] == '\'' : tokens.IsPlainName(index);
        }

        return tokens[index] == pattern[index]
            && (tokens.IsPlainName(index)
                ? Ascii.EqualsIgnoreCase(tokens.Raw(index), expected)
                : tokens.Raw(index).SequenceEqual(expected));
    }
}
