using System.Text;
using System.Text.RegularExpressions;

namespace PgOAuth.IntegrationTests.Sql;

/// <summary>Texts that lexers read differently, by the threat whose trap they are, and soups of the characters that matter there.</summary>
internal static partial class LexingTrapTexts
{
    /// <summary>Literals, alone: their values are compared.</summary>
    internal static readonly string[] Literals =
    [
        @"'\'", @"'a\\b'", @"E'\''", @"E'\\'", @"E'\b\f\n\r\t\v\q'", @"E'\101\x41\u0041\U00000041'", @"E'\xc3\xa9'", @"E'\303\251'", @"E'\ud83d\ude00'",
        "'a''b'", "'a'\n'b'", "'a'\r'b'", "'a' --c\n 'b'", "'a'--c\r'b'\n--'x'\n'c'", "E'a'\n'\\'b'", "'a'\n'\\'", "n'x'", "N'a'\n'b'",
        @"U&'d\0061t\+000061'", "U&'d!0061t!+000061' uescape '!'", "U&'\\0061'\n'\\0062'", "U&'\\00'\n'61'", "U&'\\'\n'\\'", @"U&'\D83D\DE00'", @"U&'a\\b'", "U&'a''\\0027'", "U&''", "u&'!!' /* ! */ UESCAPE --\n '!'",
        "$$'$$", "$a$x$a $a$", "$a$$$$a$", "$a$x$A$a$", "$é$x$é$", "$_1$x$_1$", "$a$$b$x$b$$a$", "$$$a$$", "$a$--\n/*$a$", "$a$\\$a$", "$$\r\n$$",
    ];

    /// <summary>Names, alone: what the server calls them is compared.</summary>
    internal static readonly string[] Names =
    [
        "SECRET", "\"Secret\"", "\u212Aey", "É", "İd", "se\u200dcret", "a\u00a0b", "\ufeffa", "a$b", "_", "é1", "\"a b\"", "\"'\"", "\"--\"",
        "U&\"s\\0065cret\"", "u&\"s\\+000065cret\"", "U&\"s!0065cret\" uescape '!'", "U&\"\\D83D\\DE00\"", "U&\"S\\0065CRET\"", "U&\"a\\\\b\"",
        new string('a', 63), new string('a', 64), new string('a', 62) + "é", new string('a', 61) + "é", '"' + new string('A', 62) + "éx\"", new string('a', 60) + "😀", "U&\"" + new string('a', 62) + "\\00e9\"",
    ];

    private static readonly string[] Traps =
    [
        "select 1 --\r, secret", "select 1 --\n, 2", "select 1 --\u2028, 2", "select 1 --\u0085, 2", "select 1 --\f, 2", "select 1 --", "select 1 -", "--",
        "/* /* */ select 1 */ select 2", "select /* /* */ 1", "/*/ */ select 1", "select 1 /* -- */ , 2", "select 1 */**/ 2", "select 1 */ 2", "select '/*' --*/", "/**/select/***/2/*/**/*/", "/*", "*/",
        "select 1$a$x$a$", "select a$b$c$b$", "select $1$$x$$", "select $1$", "select $a$x$b$", "select $a-$", "select $$", "select $", "select é$$ 1", "select 'x'$$y$$", "select $1a$x$1a$",
        "select 'a' 'b'", "select 'a'\f'b'", "select 'a'/*\n*/'b'", "select 'a'\nE'b'", "select 'a'\n$$b$$", "select 'a'\u2028\n'b'", "select b'0'\n'1'", "select b'0''1'", "select x'g'", "select 'a", "select E'a\\'", "select E'a\\", "select \"a", "select \"\"", "select U&\"\"", "select b'2", "select x'1", "select U&'a",
        "select U&\"\\0000\"", "select U&\"\\D83D\"", "select U&'\\DE00'", "select U&'\\+110000'", "select U&'\\00e'", "select U&'a' uescape '+'", "select U&'a' uescape 'a'", "select U&'a' uescape '!!'", "select U&'a' uescape b", "select U&'a' uescape ''", "select U&'a' uescape ' '", "select U&'a' uescape ''''", "select U&'!' uescape '!'",
        "select 'a' uescape '!'", "select U & \"a\"", "select xU&\"a\"", "select U&'a' uescape '!' uescape", "select U&'a' uescape '!' uescape '!'", "select 1 uescape", "select U&'a' uescape E'!'", "select U&'a' uescape $$!$$", "select U&'a' uescape U&'!'", "select U&'a' 'b' uescape '!'", "select U&'\\zzzz' uescape /* unterminated",
        @"select E'\xc3'", @"select E'\000'", @"select E'a\x00'", @"select E'\ud83d'", @"select E'\ude00'", @"select E'\u12'", @"select E'\U00110000'", @"select E'\u0000'", @"select E'\ud83d\n'", @"select E'\400'", @"select E'\x'",
        "select a@-1", "select a=-1", "select a<--1\nb", "select a+--c\nb", "select a*/*c*/b", "select a*--b", "select a->-1", "select a<>+-b", "select a!=-b", "select a!=b", "select a=>b", "select a>=<b", "select a:=b", "select a::b:c", "select a/+/b", "select +", "select @", "select a<b<c", "select a operator(+) b", "select a operator(s.+-) b",
        "select " + new string('@', 63) + "1", "select " + new string('@', 64) + "1",
        "select 0", "select 2147483648", "select 1_000", "select 1_", "select 1__0", "select _1", "select 0x1F", "select 0x", "select 0x_1", "select 0x1g", "select 0o17", "select 0o9", "select 0b12", "select 0b", "select 123abc", "select 1.5e+", "select 1e", "select 1e5", "select 1.e-5", "select .5", "select 1.", "select 1..2", "select 1.5.5", "select 1é", "select $1abc", "select $1é", "select $1_", "select $2147483647", "select $2147483648", "select 1.a", "select .", "select ..", "select a.1",
        "", ";", ";;", " \n", "-- c", "\\d", "\\", "select 1 \\gx", "select :x", "select :'x'", "select {1}", "select `a`", "select #", "select ?", "select a ? b", "select 1;", ";select 1;;select 2;", "select 1 select 2",
    ];

    private static readonly byte[][] Bytes =
    [
        [.. "select '"u8, 0x95, 0x5C, .. "'"u8], [.. "select '"u8, 0xD5, 0x5C, .. "' or 1=1 --'"u8], [.. "select '"u8, 0xBF, 0x27, .. "'"u8], [.. "select '"u8, 0xC0, 0xA7, .. "'"u8],
        [.. "select 1 -- "u8, 0xC0], [.. "select "u8, 0xED, 0xA0, 0x80], [.. "select "u8, 0xF4, 0x90, 0x80, 0x80], [.. "select \""u8, 0xFF, .. "\""u8], [.. "select a"u8, 0xC2, 0xA0, .. "b"u8],
    ];

    private static readonly string[] SoupPieces =
        ["+", "-", "*", "/", "<", ">", "=", "~", "!", "@", "#", "%", "^", "&", "|", "?", "`", " ", "a", "1", "(", ")", ":", ".", "/*", "*/", "--", "\n", "'", "\""];

    private static readonly string[] QuotePieces =
        ["'", "''", "\\", "\\'", "\n", "\r", "\f", "--", "/*", "*/", "$$", "$a$", "$b$", "\"", "\"\"", " ", "x", "9", ";", "E'", "U&'", "U&\"", "b'", "x'", "n'", "(", ")", ",", " uescape '!'", "!", "\\0041", "\\u0041", "é", "$1"];

    /// <summary>Whether 15 reads the text otherwise than 18: numbers of other bases and with underscores, the vertical tab and its escape, large parameter numbers.</summary>
    internal static bool IsNewerThan15(string sql) => Newer().IsMatch(sql);

    internal static IEnumerable<byte[]> All(int soups)
    {
        foreach (var text in Traps)
        {
            yield return Encoding.UTF8.GetBytes(text);
        }

        foreach (var text in Bytes)
        {
            yield return text;
        }

        for (var value = 1; value < 0x80; value++)
        {
            yield return [.. "select a"u8, (byte)value, .. "b"u8];
            yield return [.. "select 1"u8, (byte)value, .. "2"u8];
            yield return [.. "select '"u8, (byte)value, .. "'"u8];
        }

        var random = new Random(20261122);
        for (var i = 0; i < soups; i++)
        {
            var pieces = i % 2 == 0 ? SoupPieces : QuotePieces;
            var text = new StringBuilder("select ");
            for (var n = random.Next(1, 9); n > 0; n--)
            {
                text.Append(pieces[random.Next(pieces.Length)]);
            }

            yield return Encoding.UTF8.GetBytes(text.ToString());
        }
    }

    [GeneratedRegex(@"\x0B|E'.*\\v|[0-9]_|0[xXoObB]|\$2147483648", RegexOptions.CultureInvariant)]
    private static partial Regex Newer();
}
