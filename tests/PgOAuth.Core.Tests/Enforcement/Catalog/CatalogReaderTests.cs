using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PgOAuth.Options;
using PgOAuth.Testing;
using PgOAuth.Testing.Upstream;
using PgOAuth.Upstream;
using Xunit;

namespace PgOAuth.Enforcement.Catalog;

public sealed class CatalogReaderTests
{
    private static readonly string[] _fingerprint = ["180001", "shop", "1", "2", "3"];

    [Fact]
    public async Task Read_FirstAsksWhatChanged_ThenEverything_InOneTransaction()
    {
        var questions = new List<string>();
        CatalogSnapshot? snapshot = null;
        await RunAsync(
            async (backend, n) =>
            {
                questions.Add(Encoding.UTF8.GetString(await backend.ExpectAsync('Q')).TrimEnd('\0'));
                await backend.SendAsync([.. Checked(), BackendMessages.ReadyForQuery('T')]);
                if (n == 0)
                {
                    questions.Add(Encoding.UTF8.GetString(await backend.ExpectAsync('Q')).TrimEnd('\0'));
                    await backend.SendAsync([.. CatalogTestBed.SmallContent.SelectMany(static rows => CatalogTestBed.Result(rows)), BackendMessages.CommandComplete("COMMIT"), BackendMessages.ReadyForQuery()]);
                }

                await backend.ExpectAsync('X');
            },
            async reader =>
            {
                var first = await reader.ReadAsync(CatalogTestBed.Key, null, ["app", "it's"], TestContext.Current.CancellationToken);
                snapshot = first.Snapshot;
                var second = await reader.ReadAsync(CatalogTestBed.Key, snapshot, ["app", "it's"], TestContext.Current.CancellationToken);
                Assert.Same(snapshot, second.Snapshot);
                var third = await reader.ReadAsync(CatalogTestBed.Key, snapshot, ["app"], TestContext.Current.CancellationToken);
                Assert.NotSame(snapshot, third.Snapshot);
                Assert.Same(snapshot!.Content, third.Snapshot!.Content);
                Assert.Null(third.Snapshot.For("it's", new CatalogSearchPath("public")));
            });

        Assert.Equal(2u, snapshot!.View("app", "public").Find("", "orders"));
        Assert.StartsWith("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ", questions[0], StringComparison.Ordinal);
        Assert.Contains("ARRAY['app', 'it''s', NULL]", questions[0], StringComparison.Ordinal);
        Assert.EndsWith("; COMMIT", questions[1], StringComparison.Ordinal);
        Assert.Equal(4, questions.Count);
    }

    [Fact]
    public void A11_Questions_QualifyEveryNameAndOperator()
    {
        foreach (var question in new[] { CatalogQueries.Fingerprint, CatalogQueries.Content, CatalogQueries.Usage(["app"]) })
        {
            var rest = System.Text.RegularExpressions.Regex.Replace(question, @"OPERATOR\(pg_catalog\.[=<>+\-]+\)|pg_catalog\.[a-z0-9_]+|::pg_catalog|'[^']*'|\[\]", "");
            Assert.NotEqual(question, rest);
            Assert.All("=<>+-*/~!@#%^&|`?", c => Assert.False(rest.Contains(c, StringComparison.Ordinal), $"{c} in {rest}"));
            Assert.DoesNotContain("pg_", rest, StringComparison.Ordinal);
            Assert.DoesNotMatch(@"\b(IN|BETWEEN|LIKE)\b", rest);
        }
    }

    public static TheoryData<string, byte[]> EvilAnswers => new()
    {
        { "answered 42501: no", BackendMessages.Error("42501", "no", "ERROR") },
        { "malformed ErrorResponse", BackendMessages.Message('E', 1, 2, 3) },
        { "message type 0x47", BackendMessages.Message('G', 0, 0, 0) },
        { "result -1", BackendMessages.DataRow("1") },
        { "impossible length", [(byte)'D', 0x7f, 0xff, 0xff, 0xff] },
        { "impossible length", [(byte)'D', 0, 0, 0, 3] },
        { "another number of results", BackendMessages.ReadyForQuery('T') },
        { "another number of results", Join([.. CatalogTestBed.Result(_fingerprint), BackendMessages.ReadyForQuery('T')]) },
        { "not as it should be", Join([.. Checked(), BackendMessages.ReadyForQuery('I')]) },
        { "result 0", Join(CatalogTestBed.Result(_fingerprint, _fingerprint)) },
        { "result 1", Join([.. CatalogTestBed.Result(_fingerprint), .. CatalogTestBed.Result(["app", "x"])]) },
        { "result 2", Join([.. Checked(), .. CatalogTestBed.Result(["app"])]) },
        { "result 0", Join([BackendMessages.RowDescription("a"), BackendMessages.Message('D', 0xff, 0xff)]) },
        { "result 0", Join([BackendMessages.RowDescription("a"), BackendMessages.Message('D', [0, 1, .. BackendMessages.Int32(-1)])]) },
        { "closed the connection", [] },
    };

    [Theory]
    [MemberData(nameof(EvilAnswers))]
    public async Task A31_AnswersThatAreNone_AreResults(string problem, byte[] answer)
    {
        await RunAsync(
            async (backend, _) =>
            {
                await backend.ExpectAsync('Q');
                await backend.SendRawAsync(answer);
                if (answer.Length > 0)
                {
                    await backend.WaitForCloseAsync();
                }
            },
            async reader =>
            {
                var result = await reader.ReadAsync(CatalogTestBed.Key, null, ["app"], TestContext.Current.CancellationToken);
                Assert.False(result.IsRead);
                Assert.Contains(problem, result.Problem, StringComparison.Ordinal);
            });
    }

    [Fact]
    public async Task A32_EndlessRows_AreCutOff()
    {
        await RunAsync(
            async (backend, _) =>
            {
                await backend.ExpectAsync('Q');
                await backend.SendAsync([.. Checked(), BackendMessages.ReadyForQuery('T')]);
                await backend.ExpectAsync('Q');
                await backend.SendAsync(BackendMessages.RowDescription("a"));
                var rows = Join([.. Enumerable.Range(1, 1_000).Select(static i => BackendMessages.DataRow($"{i}", new string('x', 60)))]);
                await backend.SendRawAsync(rows);
                await backend.WaitForCloseAsync();
            },
            async reader =>
            {
                var result = await reader.ReadAsync(CatalogTestBed.Key, null, ["app"], TestContext.Current.CancellationToken);
                Assert.Contains("more than 20000 bytes", result.Problem, StringComparison.Ordinal);
            },
            new CatalogLimits { MaxBytes = 20_000 });
    }

    [Fact]
    public async Task Silence_EndsAtTheDeadline()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var time = new ManualTimeProvider();
        await RunAsync(
            async (backend, _) =>
            {
                await backend.ExpectAsync('Q');
                asked.SetResult();
                await backend.WaitForCloseAsync();
            },
            async reader =>
            {
                var reading = reader.ReadAsync(CatalogTestBed.Key, null, ["app"], TestContext.Current.CancellationToken).AsTask();
                await asked.Task;
                time.Advance(TimeSpan.FromSeconds(31));
                Assert.Contains("not read within 00:00:30", (await reading).Problem, StringComparison.Ordinal);
            },
            time: time);
    }

    [Fact]
    public async Task Connector_WithoutUser_OrServer_IsAResult()
    {
        var options = new UpstreamOptions();
        options.Servers["main"] = new UpstreamServerOptions { Host = "127.0.0.1", Port = 1 };
        var server = UpstreamTestBed.Server(1);
        var connector = new CatalogConnector(() => options, name => name == "main" ? server : null, new UpstreamConnector(TimeProvider.System, NullLogger.Instance, TestTransport.Dialer).ConnectAsync);
        var reader = new CatalogReader(connector, new CatalogLimits(), TimeProvider.System);

        Assert.Contains("no Username", (await reader.ReadAsync(CatalogTestBed.Key, null, [], TestContext.Current.CancellationToken)).Problem, StringComparison.Ordinal);
        Assert.Contains("no server gone", (await reader.ReadAsync(new CatalogKey("gone", "shop"), null, [], TestContext.Current.CancellationToken)).Problem, StringComparison.Ordinal);
        options.Servers["main"].Username = "service";
        options.Servers["main"].PasswordFile = "/nonexistent/password";
        Assert.Contains("password file", (await reader.ReadAsync(CatalogTestBed.Key, null, [], TestContext.Current.CancellationToken)).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("190000")]
    [InlineData("200001")]
    [InlineData("120022")]
    [InlineData("80002")]
    [InlineData("")]
    [InlineData("18.1")]
    [InlineData("-180001")]
    [InlineData("99999999999")]
    [InlineData("v26.1")]
    public Task D51_D52_ServersThatTheGrammarIsNotOf_HaveNoCatalog(string version) => RunAsync(
        async (backend, _) =>
        {
            await backend.ExpectAsync('Q');
            await backend.SendAsync([
                BackendMessages.CommandComplete("BEGIN"), .. CatalogTestBed.Result([version, "shop", "1"]), .. CatalogTestBed.Result(["app", "2200"]),
                BackendMessages.ReadyForQuery('T')]);
            await backend.WaitForCloseAsync();
        },
        async reader =>
        {
            var result = await reader.ReadAsync(CatalogTestBed.Key, null, ["app"], TestContext.Current.CancellationToken);
            Assert.False(result.IsRead);
            Assert.Contains("PostgreSQL 13 to 18", result.Problem, StringComparison.Ordinal);
        });

    private static byte[][] Checked() => [BackendMessages.CommandComplete("BEGIN"), .. CatalogTestBed.Result(_fingerprint), .. CatalogTestBed.Result(["app", "2200"])];

    private static byte[] Join(byte[][] messages) => [.. messages.SelectMany(static m => m)];

    private static async Task RunAsync(Func<ScriptedBackend, int, Task> script, Func<CatalogReader, Task> test, CatalogLimits? limits = null, TimeProvider? time = null)
    {
        var connections = -1;
        IReadOnlyList<KeyValuePair<string, string>> startup = [];
        await using var scripted = new ScriptedServer(async backend =>
        {
            var number = Interlocked.Increment(ref connections);
            startup = ScriptedBackend.ParseStartup(await backend.ReadUntypedAsync());
            await backend.SendAsync(BackendMessages.AuthenticationOk);
            await backend.SendAsync(UpstreamTestBed.Settled);
            if (number == 0)
            {
                await UpstreamTestBed.AnswerInspectionAsync(backend, "reader", "reader");
            }

            await script(backend, number);
        });
        var options = new UpstreamOptions();
        options.Servers["main"] = new UpstreamServerOptions { Host = "127.0.0.1", Port = scripted.Port, Username = "reader" };
        var server = UpstreamTestBed.Server(scripted.Port);
        var connector = new UpstreamConnector(TimeProvider.System, NullLogger.Instance, TestTransport.Dialer);
        await test(new CatalogReader(new CatalogConnector(() => options, _ => server, connector.ConnectAsync), limits ?? new CatalogLimits(), time ?? TimeProvider.System));
        Assert.Contains(new("user", "reader"), startup);
        Assert.Contains(new("search_path", "pg_catalog"), startup);
        Assert.Contains(new("standard_conforming_strings", "on"), startup);
        Assert.DoesNotContain(startup, static p => p.Key == "role");
    }
}
