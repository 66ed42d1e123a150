using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using PgOAuth.IntegrationTests.Enforcement;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Sql;
using PgOAuth.Sql.Lexing;
using Xunit;

namespace PgOAuth.IntegrationTests.Sql;

/// <summary>The parser beside the raw parser of running servers: which texts they accept, where errors are, what literals and names mean.</summary>
public sealed partial class LexingTrapTests(ITestOutputHelper output)
{
    // A server parses the whole text before it runs the first statement, and this one fails: nothing behind it runs.
    private const string Barrier = "select 1/0; ";

    private const int Soups = 4000;

    // Where the raw parser's errors are raised; mbutils.c checks the encoding.
    private static readonly HashSet<string> RawParser = ["scan.l", "gram.y", "parser.c", "mbutils.c"];

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task D06_ToD16_Texts_AreReadAsTheServerReadsThem(int major)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await AssumedRoleServer.StartAsync(major, cancellationToken);
        await using var session = await server.OpenAsync(cancellationToken);
        var parser = new SqlParser();
        var wrong = new List<string>();
        int accepted = 0, refused = 0, places = 0;
        foreach (var text in LexingTrapTexts.All(Soups))
        {
            if (major < 18 && LexingTrapTexts.IsNewerThan15(Encoding.UTF8.GetString(text)))
            {
                continue;
            }

            byte[] sql = [.. Encoding.ASCII.GetBytes(Barrier), .. text];
            var (_, error) = await session.RunAsync(sql, cancellationToken);
            var place = Place().Match(error ?? "");
            Assert.True(place.Success, error);
            var file = place.Groups["file"].Value;
            var serverAccepts = file == "int.c";
            Assert.True(serverAccepts || RawParser.Contains(file), error);
            var shown = Encoding.UTF8.GetString(text);
            if (parser.Parse(sql) != serverAccepts)
            {
                wrong.Add($"{(serverAccepts ? "refused: " + parser.Error : "accepted, though " + error)}: {shown}");
                continue;
            }

            accepted += serverAccepts ? 1 : 0;
            refused += serverAccepts ? 0 : 1;
            // Here the tokens come first, so that an error in one may hide another before it; only the server tells the place in a literal; and a
            // bracket at a statement's beginning is looked through to its end before what is in it is judged.
            if (!serverAccepts && place.Groups["position"].Success && new SqlLexer(sql, new SqlToken[64]).Run() && !shown.Contains(";(", StringComparison.Ordinal))
            {
                places++;
                var position = Encoding.UTF8.GetCharCount(sql, 0, parser.ErrorPosition) + 1;
                if (position.ToString(CultureInfo.InvariantCulture) != place.Groups["position"].Value)
                {
                    wrong.Add($"{parser.Error} at {position} instead of {error}: {shown}");
                }
            }
        }

        output.WriteLine($"PostgreSQL {major}: {accepted} texts accepted, {refused} refused, {places} of them at a known place");
        Assert.True(wrong.Count == 0, $"{wrong.Count} differ:\n{string.Join('\n', wrong.Take(40))}");
        Assert.True(accepted > 400 && refused > 1000 && places > 1000, "too few texts to say anything");
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task D08_D09_D10_Literals_HaveTheServersValues(int major)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await AssumedRoleServer.StartAsync(major, cancellationToken);
        await using var session = await server.OpenAsync(cancellationToken);
        foreach (var literal in LexingTrapTexts.Literals.Where(literal => major >= 18 || !LexingTrapTexts.IsNewerThan15(literal)))
        {
            var (row, error) = await session.RunAsync("select " + literal, cancellationToken);
            var text = Encoding.UTF8.GetBytes(literal);
            var lexer = new SqlLexer(text, new SqlToken[8]);
            Assert.True(lexer.Run(), literal);
            var token = lexer.Tokens[lexer.Count - 1];

            Assert.Null(error);
            Assert.Equal(row[0], Encoding.UTF8.GetString(SqlText.DecodeString(text.AsSpan(token.Start, token.End - token.Start), token.Kind, token.Escape)));
        }
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task D12_D13_Names_AreWhatTheServerCallsThem(int major)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await AssumedRoleServer.StartAsync(major, cancellationToken);
        await using var session = await server.OpenAsync(cancellationToken);
        foreach (var name in LexingTrapTexts.Names)
        {
            var (_, error) = await session.RunAsync("select " + name, cancellationToken);
            var column = Column().Match(error ?? "");
            var text = Encoding.UTF8.GetBytes(name);
            var lexer = new SqlLexer(text, new SqlToken[8]);
            Assert.True(lexer.Run(), name);

            Assert.True(column.Success, error);
            Assert.Equal(column.Groups[1].Value, SqlText.Identifier(text, lexer.Tokens[0]));
        }
    }

    [Fact]
    public async Task Keywords_AreThoseOfTheServer()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await AssumedRoleServer.StartAsync(18, cancellationToken);
        await using var session = await server.OpenAsync(cancellationToken);
        var (row, error) = await session.RunAsync(
            """select string_agg(word || ' ' || catcode::text || ' ' || barelabel::text, ',' order by word collate "C") from pg_get_keywords()""", cancellationToken);
        Assert.Null(error);

        var ours = new List<string>();
        for (var keyword = SqlKeywords.First; keyword <= SqlKeywords.Last; keyword++)
        {
            var traits = SqlKeywords.Traits[(int)keyword];
            var category = (traits & SqlTokenTraits.Reserved) != 0 ? 'R'
                : (traits & SqlTokenTraits.Unreserved) != 0 ? 'U'
                : (traits & SqlTokenTraits.ColId) != 0 ? 'C' : 'T';
            ours.Add($"{SqlKeywords.Name(keyword)} {category} {((traits & SqlTokenTraits.BareColLabel) != 0 ? "true" : "false")}");
        }

        Assert.Equal(row[0]!.Split(','), ours.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"( P(?<position>\d+))?( W[^\0]*)? F(?<file>\S+) L\d+ R\w+ +$", RegexOptions.CultureInvariant)]
    private static partial Regex Place();

    [GeneratedRegex(" Mcolumn \"(.*)\" does not exist ", RegexOptions.CultureInvariant)]
    private static partial Regex Column();
}
