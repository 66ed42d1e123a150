using PgOAuth.Diagnostics;
using PgOAuth.Enforcement;
using PgOAuth.Relay;
using PgOAuth.Samples.Development.Postgres;
using PgOAuth.Sessions;
using Xunit;
using static PgOAuth.Testing.FrontendMessages;

namespace PgOAuth.IntegrationTests.Relay;

/// <summary>What goes in front of a session's first message, as PostgreSQL takes it.</summary>
public sealed class PreludeTests
{
    private static readonly byte[] Insert = Query("INSERT INTO canary VALUES (1)");
    private static readonly byte[] InsertExtended = [.. Parse("INSERT INTO canary VALUES (1)"), .. Bind(), .. Execute(), .. Sync];

    // First messages of a session, and what the server says when the prelude succeeds.
    private static readonly (byte[] Messages, string Expected)[] FirstMessages =
    [
        (Query("BEGIN ISOLATION LEVEL SERIALIZABLE"), "C BEGIN. | Z T"),
        (Query("BEGIN; SET TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY, DEFERRABLE"), "C BEGIN. | C SET. | Z T"),
        ([.. Parse("BEGIN ISOLATION LEVEL SERIALIZABLE"), .. Bind(), .. Execute(), .. Sync], "1  | 2  | C BEGIN. | Z T"),
        (Query("VACUUM canary"), "C VACUUM. | Z I"),
        ([.. Parse("VACUUM canary"), .. Bind(), .. Execute(), .. Sync], "1  | 2  | C VACUUM. | Z I"),
        (Query("SELECT 1; SELECT pg_catalog.current_setting('pgoauth.sub')"), "C SELECT 1. | C SELECT 1. | Z I"),
        (Sync, "Z I"),
        ([.. Sync, .. InsertExtended, .. Insert, .. Sync, .. Insert], "Z I | 1  | 2  | C INSERT 0 1. | Z I | C INSERT 0 1. | Z I | Z I | C INSERT 0 1. | Z I"),
        (Query("DISCARD ALL"), "C DISCARD ALL. | S TimeZone.Etc/UTC. | Z I"),
    ];

    [Fact]
    public async Task B16_FirstMessage_BehindAPrelude_IsAnsweredAsWithoutOne_AndNotRunBehindAFailedOne()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { RequireOwnServer = true, InitialSql = ["CREATE TABLE canary (a int)", "ALTER SYSTEM SET timezone = 'Etc/UTC'", "SELECT pg_reload_conf()"] }, cancellationToken);
        using var witness = await OracleConnection.OpenAsync(server.Host, server.Port, cancellationToken);
        foreach (var (messages, expected) in FirstMessages)
        {
            foreach (var reset in new[] { false, true })
            {
                var (end, told) = await PlayAsync(server, messages, reset, [new SettingValue("pgoauth.sub", "o'neil \\ \"ü\""), new SettingValue("TimeZone", "Asia/Tokyo")], cancellationToken);
                Assert.Equal(SessionEndReason.None, end);
                Assert.Equal(expected, told);

                // A setting that the server refuses: nothing of what the client sent may have run.
                await witness.RunAsync("TRUNCATE canary", cancellationToken);
                (end, told) = await PlayAsync(server, [.. messages, .. Insert, .. Sync, .. Insert, .. InsertExtended], reset, [new SettingValue("TimeZone", "Nowhere/No")], cancellationToken);
                Assert.Equal(SessionEndReason.UpstreamResetFailed, end);
                Assert.Equal("", told);
                await witness.SendAsync((byte[])[.. Query("SELECT count(*) FROM canary"), .. OracleScript.End], cancellationToken);
                Assert.EndsWith("0", (await witness.ReadToEndAsync(cancellationToken)).Single(static line => line.StartsWith('D')), StringComparison.Ordinal);
            }
        }
    }

    private static async Task<(SessionEndReason End, string Told)> PlayAsync(EmbeddedPostgresServer server, byte[] messages, bool reset, SettingValue[] settings, CancellationToken cancellationToken)
    {
        using var metrics = new PgOAuthMetrics(null, "");
        using var connection = await OracleConnection.OpenAsync(server.Host, server.Port, cancellationToken);
        var conversation = new ServerConversation(new ReportedSettingsTable(), maxStatements: 10);
        var client = new ClientConversation();
        using var clientStep = new ClientStep(client, new StatementCache(null), isGuarded: false, isMultiplexed: true, 1 << 20, metrics);
        using var serverStep = new ServerStep(conversation, OracleConnection.User, allowSuperuser: true) { Client = client };
        clientStep.Attach(conversation, reset, settings);
        var transcript = new OracleTranscript();
        byte[] pending = [];
        while (messages.Length > 0)
        {
            var action = clientStep.Step(messages);
            await connection.SendAsync((byte[])[.. messages[..action.Forward], .. clientStep.Replacement.WrittenSpan], cancellationToken);
            clientStep.Replacement.Clear();
            messages = messages[(action.Forward + action.Skip)..];
            while (action.Awaits is Awaited.Reply && conversation.IsPreludeOpen)
            {
                if (await ReceiveAsync() is { } failed)
                {
                    return failed;
                }
            }
        }

        while (conversation.IsBusy || transcript.Lines.Count == 0)
        {
            if (await ReceiveAsync() is { } failed)
            {
                return failed;
            }
        }

        return (SessionEndReason.None, string.Join(" | ", transcript.Lines.Where(static line => line[0] is not ('D' or 'T'))));

        async Task<(SessionEndReason End, string Told)?> ReceiveAsync()
        {
            pending = [.. pending, .. await connection.ReadAsync(8192, cancellationToken)];
            RelayAction action;
            do
            {
                action = serverStep.Step(pending);
                transcript.Add([.. pending[..action.Forward], .. serverStep.Replacement.WrittenSpan]);
                serverStep.Replacement.Clear();
                pending = pending[(action.Forward + action.Skip)..];
                if (action.End is not null)
                {
                    // What the server does with the rest is seen before it is asked.
                    await connection.SendAsync(OracleScript.End, cancellationToken);
                    await connection.ReadToEndAsync(cancellationToken);
                    return (action.End.Reason, string.Join(" | ", transcript.Lines));
                }
            }
            while (action.Forward + action.Skip > 0 && pending.Length > 0);
            return null;
        }
    }
}
