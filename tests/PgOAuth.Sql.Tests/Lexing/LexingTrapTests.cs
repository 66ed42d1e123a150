using System.Text;
using Xunit;

namespace PgOAuth.Sql.Lexing;

/// <summary>
/// The traps of the threat list that lie in the text itself. The same texts against running servers:
/// <c>Sql.LexingTrapTests</c> of the integration tests.
/// </summary>
public sealed class LexingTrapTests
{
    private readonly SqlParser _parser = new();

    [Theory]
    [InlineData(new byte[] { 0x95, 0x5C })] // Shift JIS, Big5
    [InlineData(new byte[] { 0xD5, 0x5C })] // GBK, GB18030
    [InlineData(new byte[] { 0x81, 0x5C })] // UHC, JOHAB
    [InlineData(new byte[] { 0xBF, 0x27 })]
    public void D01_CharacterWithABackslashOrQuoteInIt_IsRefused(byte[] character)
    {
        Refused([.. "select '"u8, .. character, .. "'"u8], 8);
        Refused([.. "select E'"u8, .. character, .. "' or 1=1 --'"u8], 9);
    }

    [Theory]
    [InlineData(new byte[] { 0xC0, 0xA7 })] // a quote in two bytes
    [InlineData(new byte[] { 0xC0 })]
    [InlineData(new byte[] { 0xE0, 0x80, 0xA7 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })] // half of a surrogate pair
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 })] // beyond U+10FFFF
    [InlineData(new byte[] { 0xC3 })]
    [InlineData(new byte[] { 0xFF })]
    public void D02_InvalidUtf8_IsRefusedWhereItStands(byte[] bytes)
    {
        Refused([.. "select 'é"u8, .. bytes, .. "'"u8], 10);
        Refused([.. "select "u8, .. bytes], 7);
        Refused([.. "select 1 -- "u8, .. bytes, .. "\n"u8], 12);
    }

    [Fact]
    public void D02_ByteEscapes_MustGiveValidUtf8()
    {
        Assert.Equal("é", Lexed.Value(@"E'\xc3\xa9'"));
        Assert.Equal("é", Lexed.Value(@"E'\303\251'"));
        Assert.Equal("invalid byte sequence for encoding \"UTF8\" at 0", Assert.Single(Lexed.Tokens(@"E'\xc3'")));
        Assert.Equal("invalid byte sequence for encoding \"UTF8\" at 0", Assert.Single(Lexed.Tokens(@"E'\000'")));
        Assert.Equal("invalid byte sequence for encoding \"UTF8\" at 0", Assert.Single(Lexed.Tokens(@"E'a\x00'")));
    }

    [Theory]
    [InlineData(@"'\'", @"\")]
    [InlineData(@"'a\'", @"a\")]
    [InlineData(@"E'\''", "'")]
    [InlineData(@"E'\\'", @"\")]
    [InlineData(@"e'a\nb'", "a\nb")]
    public void D03_Backslash_IsOneOnlyInEscapeLiterals(string sql, string value) => Assert.Equal(value, Lexed.Value(sql));

    [Fact]
    public void D03_BackslashBeforeAQuote_DoesNotHideWhatFollows() =>
        Assert.Equal(["SConst '\\'", "Semicolon ;", "Drop drop", "Table table", "Ident t", "Semicolon ;"], Lexed.Tokens("'\\'; drop table t; --'"));

    [Fact]
    public void D05_ModeSwitchInTheSameText_ChangesNothingInIt()
    {
        Assert.True(_parser.Parse(@"set standard_conforming_strings = off; select '\'; select 1 --'"u8));
        Assert.Equal(3, _parser.Statements.Length);
    }

    [Theory]
    [InlineData("1 --\r, 2", "IConst Comma IConst")]
    [InlineData("1 --\n, 2", "IConst Comma IConst")]
    [InlineData("1 --\r\n, 2", "IConst Comma IConst")]
    [InlineData("1 --\u2028, 2", "IConst")]
    [InlineData("1 --\u2029, 2", "IConst")]
    [InlineData("1 --\u0085, 2", "IConst")]
    [InlineData("1 --\f, 2", "IConst")]
    [InlineData("1 --\v, 2", "IConst")]
    public void D06_LineComment_EndsAtCarriageReturnAndLineFeedOnly(string sql, string kinds) => Assert.Equal(kinds, Lexed.Kinds(sql));

    [Theory]
    [InlineData("/* /* */ 1 */ 2", "IConst")]
    [InlineData("/* /* */ 1", " unterminated /* comment at 0")]
    [InlineData("/*/ 1 */ 2", "IConst")]
    [InlineData("/* -- */ 1", "IConst")]
    [InlineData("-- /*\n1", "IConst")]
    [InlineData("'/*' 1", "SConst IConst")]
    [InlineData("/* ' */ 1", "IConst")]
    [InlineData("1 */**/ 2", "IConst Star IConst")]
    [InlineData("1 */ 2", "IConst Op IConst")]
    [InlineData("/**/1/***/2/*/**/*/", "IConst IConst")]
    public void D07_BlockComments_Nest(string sql, string kinds) => Assert.Equal(kinds, Lexed.Kinds(sql));

    [Fact]
    public void D07_DeeplyNestedComment_IsOneComment()
    {
        const int Depth = 200_000;
        var comment = new StringBuilder().Insert(0, "/*", Depth).Insert(2 * Depth, "*/", Depth).ToString();

        Assert.Equal("IConst", Lexed.Kinds(comment + "1"));
        Assert.Equal(" unterminated /* comment at 0", Lexed.Kinds(comment[..^2] + "1"));
    }

    [Theory]
    [InlineData("$$'$$", "'")]
    [InlineData("$a$x$a $a$", "x$a ")]
    [InlineData("$a$$$$a$", "$$")]
    [InlineData("$a$x$A$a$", "x$A")]
    [InlineData("$é$x$é$", "x")]
    [InlineData("$_1$x$_1$", "x")]
    [InlineData("$a$$b$x$b$$a$", "$b$x$b$")]
    [InlineData("$$$a$$", "$a")]
    [InlineData("$a$--\n/*$a$", "--\n/*")]
    [InlineData("$a$x$b$", "unterminated dollar-quoted string")]
    public void D08_DollarQuotes_EndAtTheirOwnTagOnly(string sql, string value) => Assert.Equal(value, Lexed.Value(sql));

    [Theory]
    [InlineData("1$a$x$a$", "IConst SConst")]
    [InlineData("a$b$c$b$", "Ident")]
    [InlineData("é$$ 1", "Ident IConst")]
    [InlineData("$1$$x$$", "Param SConst")]
    [InlineData("$1$", "Param syntax error at 2")]
    [InlineData("'x'$$y$$", "SConst SConst")]
    [InlineData("$a-$", " syntax error at 0")]
    public void D08_DollarAfterAWord_IsPartOfIt(string sql, string kinds) => Assert.Equal(kinds, Lexed.Kinds(sql));

    [Theory]
    [InlineData("'a'\n'b'", "ab")]
    [InlineData("'a'\r'b'", "ab")]
    [InlineData("'a'  --c\n  'b'", "ab")]
    [InlineData("'a'--c\r'b'\n--'x'\n'c'", "abc")]
    [InlineData("E'a'\n'\\'b'", "a'b")]
    [InlineData("'a'\n'\\'", "a\\")]
    [InlineData("U&'\\0061'\n'\\0062'", "ab")]
    [InlineData("U&'!0061'\n'!0062' uescape '!'", "ab")]
    [InlineData("'a' 'b'", null)]
    [InlineData("'a'\f'b'", null)]
    [InlineData("'a'\u2028\n'b'", null)]
    [InlineData("'a'/*\n*/'b'", null)]
    [InlineData("'a'\nE'b'", null)]
    [InlineData("'a'\n$$b$$", null)]
    public void D09_LiteralAfterANewline_GoesOn(string sql, string? value) => Assert.Equal(value, Lexed.Value(sql));

    [Theory]
    [InlineData("U&\"s\\0065cret\"", "secret")]
    [InlineData("u&\"s\\+000065cret\"", "secret")]
    [InlineData("U&\"s!0065cret\" uescape '!'", "secret")]
    [InlineData("U&\"s!0065cret\" /* ! */ UESCAPE --\n '!'", "secret")]
    [InlineData("U&\"\\D83D\\DE00\"", "😀")]
    [InlineData("U&\"a\\\\b\"", "a\\b")]
    [InlineData("U&\"a\"\"\\0022\"", "a\"\"")]
    [InlineData("U&\"S\\0065CRET\"", "SeCRET")]
    [InlineData("U&\"\\0000\"", "invalid Unicode escape")]
    [InlineData("U&\"\\D83D\"", "invalid Unicode escape")]
    [InlineData("U&\"\\DE00\"", "invalid Unicode escape")]
    [InlineData("U&\"\\+110000\"", "invalid Unicode escape")]
    [InlineData("U&\"\\00e\"", "invalid Unicode escape")]
    [InlineData("U&\"a\" uescape '+'", "invalid Unicode escape character")]
    [InlineData("U&\"a\" uescape 'a'", "invalid Unicode escape character")]
    [InlineData("U&\"a\" uescape '!!'", "invalid Unicode escape character")]
    [InlineData("U&\"a\" uescape U&'!'", "UESCAPE must be followed by a simple string literal")]
    [InlineData("U&\"a\" uescape b", "UESCAPE must be followed by a simple string literal")]
    public void D10_UnicodeEscapes_AreReadBeforeNamesAreCompared(string sql, string name) => Assert.Equal(name, Lexed.Name(sql));

    [Theory]
    [InlineData("U & \"a\"", "Ident Op Ident")]
    [InlineData("xU&\"a\"", "Ident Op Ident")]
    [InlineData("uescape", "Uescape")]
    [InlineData("'a' uescape '!'", "SConst Uescape SConst")]
    [InlineData("U&'a' uescape '!' uescape", "SConst Uescape")]
    public void D10_UescapeElsewhere_IsAWord(string sql, string kinds) => Assert.Equal(kinds, Lexed.Kinds(sql));

    [Fact]
    public void D11_EveryByteBetweenWords_IsSpaceOrNot()
    {
        for (var value = 1; value < 0x80; value++)
        {
            var space = (char)value is ' ' or '\t' or '\n' or '\r' or '\f' or '\v';
            Assert.Equal(space, Lexed.Tokens([(byte)'a', (byte)value, (byte)'b']) is ["Ident a", "Ident b"]);
        }

        // No-break space, next line, line separator, byte order mark, ideographic space: parts of words.
        foreach (var letter in new[] { "\u00a0", "\u0085", "\u2028", "\ufeff", "\u3000", "\u200b" })
        {
            Assert.Equal([$"Ident a{letter}b"], Lexed.Tokens($"a{letter}b"));
        }
    }

    [Theory]
    [InlineData("SECRET", "secret")]
    [InlineData("\u212Aey", "\u212Aey")]
    [InlineData("É", "É")]
    [InlineData("İd", "İd")]
    [InlineData("ID", "id")]
    [InlineData("se\u200dcret", "se\u200dcret")]
    [InlineData("\"Secret\"", "Secret")]
    public void D12_Folding_IsOfAsciiOnly(string sql, string name) => Assert.Equal(name, Lexed.Name(sql));

    [Fact]
    public void D12_KeywordsWithOtherLetters_AreNames()
    {
        Assert.Equal("Ident Ident Ident", Lexed.Kinds("ſelect \u212Aey l\u0131ke"));
        Assert.Equal("Select Key Like", Lexed.Kinds("SELECT KEY LIKE"));
    }

    [Fact]
    public void D13_LongNames_AreCutTo63BytesAtACharacter()
    {
        var name = new string('a', 63);

        Assert.Equal(name, Lexed.Name(name));
        Assert.Equal(name, Lexed.Name(name + "b"));
        Assert.Equal(name, Lexed.Name($"\"{name}b\""));
        Assert.Equal(name, Lexed.Name($"U&\"{name}\\0062\""));
        Assert.Equal(name[1..], Lexed.Name(name[1..] + "é"));
        Assert.Equal(name[2..] + "é", Lexed.Name(name[2..] + "é"));
        Assert.Equal(name[1..], Lexed.Name($"\"{name[1..]}é\""));
        Assert.Equal(name[3..], Lexed.Name(name[3..] + "😀"));

        // Quotes are halved first, then the name is cut.
        Assert.Equal(new string('"', 63), Lexed.Name('"' + new string('"', 2 * 70) + '"'));
    }

    [Theory]
    [InlineData("a@-1", "Ident Op IConst")]
    [InlineData("a=-1", "Ident Equal Minus IConst")]
    [InlineData("a<--1\nb", "Ident Less Ident")]
    [InlineData("a+--c\nb", "Ident Plus Ident")]
    [InlineData("a*/*c*/b", "Ident Star Ident")]
    [InlineData("a@--c\nb", "Ident Op Ident")]
    [InlineData("a*-b", "Ident Star Minus Ident")]
    [InlineData("a*--b", "Ident Star")]
    [InlineData("a->-1", "Ident Op Minus IConst")]
    [InlineData("a->>-1", "Ident Op Minus IConst")]
    [InlineData("a<>+-b", "Ident NotEquals Plus Minus Ident")]
    [InlineData("a!=-b", "Ident Op Ident")]
    [InlineData("a!=b", "Ident NotEquals Ident")]
    [InlineData("a=>b", "Ident EqualsGreater Ident")]
    [InlineData("a>=<b", "Ident Op Ident")]
    [InlineData("a:=b::c:d", "Ident ColonEquals Ident TypeCast Ident Colon Ident")]
    [InlineData("a/+/b", "Ident Op Ident")]
    public void D14_Operators_AreAsLongAsTheyMayBe(string sql, string kinds) => Assert.Equal(kinds, Lexed.Kinds(sql));

    [Fact]
    public void D14_OperatorOf64Characters_IsTooLong()
    {
        Assert.Equal("Op", Lexed.Kinds(new string('@', 63)));
        Assert.Equal(" operator too long at 0", Lexed.Kinds(new string('@', 64)));
    }

    [Theory]
    [InlineData("0", "IConst")]
    [InlineData("2147483647", "IConst")]
    [InlineData("2147483648", "FConst")]
    [InlineData("99999999999999999999999999999", "FConst")]
    [InlineData("1_000", "IConst")]
    [InlineData("0x1F 0o17 0b11", "IConst IConst IConst")]
    [InlineData("0x_1F", "IConst")]
    [InlineData("0xFFFFFFFF", "FConst")]
    [InlineData("1.5 .5 1. 1e5 1.e-5 1_0.0_1e1_0", "FConst FConst FConst FConst FConst FConst")]
    [InlineData("1..2", "IConst DotDot IConst")]
    [InlineData("$1 $2147483647", "Param Param")]
    [InlineData("0x", " invalid hexadecimal integer at 0")]
    [InlineData("0b", " invalid binary integer at 0")]
    [InlineData("0o9", " invalid octal integer at 0")]
    [InlineData("0x1g", " trailing junk after numeric literal at 0")]
    [InlineData("0b12", " trailing junk after numeric literal at 0")]
    [InlineData("123abc", " trailing junk after numeric literal at 0")]
    [InlineData("1_", " trailing junk after numeric literal at 0")]
    [InlineData("1__0", " trailing junk after numeric literal at 0")]
    [InlineData("1e", " trailing junk after numeric literal at 0")]
    [InlineData("1.5e+", " trailing junk after numeric literal at 0")]
    [InlineData("1é", " trailing junk after numeric literal at 0")]
    [InlineData("$1abc", " trailing junk after parameter at 0")]
    [InlineData("$2147483648", " parameter number too large at 0")]
    public void D15_Numbers_EndWhereTheyEnd(string sql, string kinds) => Assert.Equal(kinds, Lexed.Kinds(sql));

    [Theory]
    [InlineData("", 0)]
    [InlineData(" \n", 0)]
    [InlineData("-- only a comment", 0)]
    [InlineData(";;", 0)]
    [InlineData("; /* */ ;", 0)]
    [InlineData(";select 1;;select 2;", 2)]
    [InlineData("\\d", -1)]
    [InlineData("\\", -1)]
    [InlineData("select 1 \\gx", -1)]
    [InlineData("select :x", -1)]
    [InlineData("select :'x'", -1)]
    [InlineData("select {1}", -1)]
    [InlineData("select 1\0", -1)]
    [InlineData("select 'a\0b'", -1)]
    [InlineData("select 1 --\0", -1)]
    public void D16_EmptyTextsAndWhatOnlyPsqlReads_AreReadAsTheServerDoes(string sql, int statements)
    {
        Assert.Equal(statements >= 0, _parser.Parse(Encoding.UTF8.GetBytes(sql)));
        Assert.Equal(Math.Max(statements, 0), _parser.Statements.Length);
    }

    private void Refused(byte[] text, int position)
    {
        Assert.False(_parser.Parse(text));
        Assert.Equal("invalid byte sequence for encoding \"UTF8\"", _parser.Error);
        Assert.Equal(position, _parser.ErrorPosition);
    }
}
