using System.Text;

namespace PgOAuth.Sql.Lexing;

/// <summary>A text as the lexer reads it.</summary>
internal static class Lexed
{
    /// <summary>The tokens' kinds and texts, one string each; last, where there is one, the error and its byte.</summary>
    public static string[] Tokens(string sql) => Tokens(Encoding.UTF8.GetBytes(sql));

    public static string[] Tokens(byte[] text)
    {
        var lexer = new SqlLexer(text, new SqlToken[1]);
        lexer.Run();
        var words = new List<string>();
        for (var i = 0; i < lexer.Count; i++)
        {
            var token = lexer.Tokens[i];
            words.Add($"{token.Kind} {Encoding.UTF8.GetString(text, token.Start, token.End - token.Start)}");
        }

        if (lexer.Error is not null)
        {
            words.Add($"{lexer.Error} at {lexer.ErrorPosition}");
        }

        return [.. words];
    }

    /// <summary>The kinds alone.</summary>
    public static string Kinds(string sql)
    {
        var lexer = new SqlLexer(Encoding.UTF8.GetBytes(sql), new SqlToken[1]);
        lexer.Run();
        return string.Join(' ', lexer.Tokens.Take(lexer.Count).Select(static token => token.Kind)) + (lexer.Error is null ? "" : $" {lexer.Error} at {lexer.ErrorPosition}");
    }

    /// <summary>The name that the first token means.</summary>
    public static string Name(string sql)
    {
        var text = Encoding.UTF8.GetBytes(sql);
        var lexer = new SqlLexer(text, new SqlToken[1]);
        lexer.Run();
        return lexer.Error ?? SqlText.Identifier(text, lexer.Tokens[0]);
    }

    /// <summary>The value of the literal that the first token is; null when it is not the whole text.</summary>
    public static string? Value(string sql)
    {
        var text = Encoding.UTF8.GetBytes(sql);
        var lexer = new SqlLexer(text, new SqlToken[1]);
        if (!lexer.Run())
        {
            return lexer.Error;
        }

        var token = lexer.Tokens[0];
        return lexer.Count == 1 && token.Kind == SqlTokenKind.SConst
            ? Encoding.UTF8.GetString(SqlText.DecodeString(text.AsSpan(token.Start, token.End - token.Start), token.Kind, token.Escape))
            : null;
    }
}
