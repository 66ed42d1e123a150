using System.Text;
using Xunit;

namespace PgOAuth.Sql.Lexing;

public sealed class SqlLexerTests
{
    [Theory]
    [InlineData("not in not between not like not ilike not similar", "NotLa In NotLa Between NotLa Like NotLa Ilike NotLa Similar")]
    [InlineData("not /* */ in not exists", "NotLa In Not Exists")]
    [InlineData("nulls first nulls last nulls not", "NullsLa First NullsLa Last Nulls Not")]
    [InlineData("with time with ordinality with x", "WithLa Time WithLa Ordinality With Ident")]
    [InlineData("without time without x", "WithoutLa Time Without Ident")]
    [InlineData("format json format text", "FormatLa Json Format Text")]
    [InlineData("not not in", "Not NotLa In")]
    public void PairsOfWords_ThatTheGrammarTellsApart_AreMarked(string sql, string kinds) => Assert.Equal(kinds, Lexed.Kinds(sql));

    [Theory]
    [InlineData("n'a'", "Nchar SConst")]
    [InlineData("b'01' x'1F' B'' X''", "BConst XConst BConst XConst")]
    [InlineData("b'0''1'", "BConst SConst")]
    [InlineData("'a''b'", "SConst")]
    [InlineData("\"a\"\"b\"", "Ident")]
    [InlineData("\"\"", " zero-length delimited identifier at 0")]
    [InlineData("\"a", " unterminated quoted identifier at 0")]
    [InlineData("'a", " unterminated quoted string at 0")]
    [InlineData("E'a\\'", " unterminated quoted string at 0")]
    [InlineData("b'a", " unterminated bit string literal at 0")]
    [InlineData("x'a", " unterminated hexadecimal string literal at 0")]
    [InlineData("select )(", "Select RightParen LeftParen")]
    public void Quotes_OfEachKind_AreOneToken(string sql, string kinds) => Assert.Equal(kinds, Lexed.Kinds(sql));

    [Theory]
    [InlineData(@"E'\b\f\n\r\t\v\q'", "\b\f\n\r\t\vq")]
    [InlineData(@"E'\101\x41\u0041\U00000041'", "AAAA")]
    [InlineData(@"E'\ud83d\ude00'", "😀")]
    [InlineData(@"E'\ud83d'", "invalid Unicode surrogate pair")]
    [InlineData(@"E'\ude00'", "invalid Unicode surrogate pair")]
    [InlineData(@"E'\u12'", "invalid Unicode escape")]
    [InlineData(@"E'\U00110000'", "invalid Unicode escape value")]
    [InlineData(@"E'\u0000'", "invalid Unicode escape value")]
    [InlineData(@"'a''b'", "a'b")]
    [InlineData(@"U&'\0041\+000042\\'", @"AB\")]
    [InlineData("U&'\\00'\n'41'", "A")]
    [InlineData("U&'\\'--'\r\n'\\'", @"\")]
    [InlineData("U&'!d83d'\n'''!de00' UESCAPE '!'", "invalid Unicode escape")]
    [InlineData("U&'!d83d'\n'!de00''' UESCAPE '!'", "😀'")]
    [InlineData("U&'\\00'\n'4'", "invalid Unicode escape")]
    public void Literals_HaveTheValueThatPostgresGivesThem(string sql, string value) => Assert.Equal(value, Lexed.Value(sql));

    [Fact]
    public void EveryByte_BetweenWords_IsReadAsTheServerReadsIt()
    {
        for (var value = 0; value < 128; value++)
        {
            byte[] text = [.. "SELECT a"u8, (byte)value, .. " t"u8];
            var readable = char.IsAsciiLetterOrDigit((char)value) || (char)value is ' ' or '\t' or '\n' or '\r' or '\f' or '\v' or ';' or '_' or '$' || "~!@#^&|`?+-*/%<>=,()[].:".Contains((char)value, StringComparison.Ordinal);
            Assert.Equal(readable, new SqlLexer(text, new SqlToken[8]).Run());
        }

        // No-break space, next line and byte order mark are parts of names.
        Assert.All(["\u00a0", "\u0085", "\ufeff", "\u2028"], static letter => Assert.Equal("Ident Semicolon", Lexed.Kinds($"SELECT{letter}x;")));
    }

    [Fact]
    public void Keywords_AreFoundInAnyCaseAndNothingElseIs()
    {
        for (var keyword = SqlKeywords.First; keyword <= SqlKeywords.Last; keyword++)
        {
            var name = SqlKeywords.Name(keyword);
            Assert.Equal(keyword.ToString().ToUpperInvariant(), name.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant());
            if (keyword == SqlTokenKind.Uescape)
            {
                continue;
            }

            Assert.Equal(keyword.ToString(), Lexed.Kinds(name));
            Assert.Equal(keyword.ToString(), Lexed.Kinds(name.ToUpperInvariant()));
            Assert.Equal("Ident Ident Ident Ident", Lexed.Kinds($"{name}_ {name}0 _{name} \"{name}\""));
        }
    }

    [Fact]
    public void Keywords_AreThoseOfPostgres18ByCategory()
    {
        // As many as pg_get_keywords() has; the integration tests compare them one by one.
        Assert.Equal(494, SqlKeywords.Last - SqlKeywords.First + 1);
        var reserved = 0;
        var unreserved = 0;
        var needAs = 0;
        for (var keyword = SqlKeywords.First; keyword <= SqlKeywords.Last; keyword++)
        {
            var traits = SqlKeywords.Traits[(int)keyword];
            reserved += (traits & SqlTokenTraits.Reserved) != 0 ? 1 : 0;
            unreserved += (traits & SqlTokenTraits.Unreserved) != 0 ? 1 : 0;
            needAs += (traits & SqlTokenTraits.BareColLabel) == 0 ? 1 : 0;
            Assert.True((traits & SqlTokenTraits.ColLabel) != 0);
        }

        Assert.Equal(78, reserved);
        Assert.Equal(330, unreserved);
        Assert.Equal(39, needAs);
    }

    [Fact]
    public void Tokens_StandWhereTheyStandInBytes()
    {
        var text = "select 'é', ü\n.b"u8.ToArray();
        var lexer = new SqlLexer(text, new SqlToken[64]);

        Assert.True(lexer.Run());
        Assert.Equal(
            [(0, 6), (7, 11), (11, 12), (13, 15), (16, 17), (17, 18)],
            lexer.Tokens.Take(lexer.Count).Select(static token => (token.Start, token.End)));
    }

    [Fact]
    public void EndOfText_FollowsFourTimesInWhateverBuffer()
    {
        foreach (var size in new[] { 1, 3, 4, 5, 8 })
        {
            var lexer = new SqlLexer(Encoding.UTF8.GetBytes("a b c d"), new SqlToken[size]);

            Assert.True(lexer.Run());
            Assert.Equal(4, lexer.Count);
            Assert.All(lexer.Tokens.Skip(4).Take(4), static token => Assert.Equal((SqlTokenKind.EndOfText, 7), (token.Kind, token.Start)));
        }
    }
}
