using System.Text;
using PgOAuth.Enforcement;
using PgOAuth.Protocol;
using PgOAuth.Sessions;
using Xunit;
using static PgOAuth.Testing.FrontendMessages;
using static PgOAuth.Testing.Upstream.BackendMessages;

namespace PgOAuth.Relay;

/// <summary>What goes in front of a session's first message, and what comes back for it.</summary>
public sealed class PreludeTests : IDisposable
{
    private const string SetOne = "P(,SELECT pg_catalog.set_config($1,$2,false)) B(,) E()";

    private static readonly byte[] ParseDone = Message('1');
    private static readonly byte[] BindDone = Message('2');
    private static readonly byte[] CloseDone = Message('3');
    private static readonly byte[] Ready = ReadyForQuery();
    private static readonly byte[] CheckDone = [.. Message('t', 0, 0), .. Message('n')];
    private static readonly byte[] SetDone = [.. ParseDone, .. BindDone, .. DataRow("x"), .. CommandComplete("SELECT 1")];
    private static readonly byte[] ResetDone = [.. ParseDone, .. BindDone, .. CommandComplete("DISCARD ALL")];
    private static readonly SettingValue Subject = new("pgoauth.sub", "o'neil \\ \"ü\"");

    private readonly SharedConnections _shared = new();

    public void Dispose() => _shared.Dispose();

    [Fact]
    public void Attach_WhereNothingDiffers_WritesNothing()
    {
        var client = _shared.NewClient().Use(_shared.NewServer());

        Assert.Equal("Q(select 1)", client.Send(Query("select 1")));
    }

    [Fact]
    public void Claims_GoInFrontAsParameters_AndTheirRepliesGoToNobody()
    {
        for (var pieces = 1; pieces < 200; pieces++)
        {
            _shared.Pieces = pieces;
            var server = _shared.NewServer();
            var client = _shared.NewClient().Use(server, reset: false, Subject);

            Assert.Equal($"C(Scheck) {SetOne} P(check,) S D(Scheck) Q(select 1)", client.Send(Query("select 1")));
            Assert.Contains("o'neil \\ \"ü\"", Encoding.UTF8.GetString(client.LastSent), StringComparison.Ordinal);
            Assert.True(server.Conversation.IsPreludeOpen);
            Assert.Equal("T D() C(SELECT 1) Z(I)", server.Say(
                [.. CloseDone, .. SetDone, .. ParseDone, .. Notice("x"), .. Ready, .. CheckDone, .. RowDescription("a"), .. DataRow("1"), .. CommandComplete("SELECT 1"), .. Ready]));
            Assert.False(server.Conversation.IsPreludeOpen);
            client.Leave(server);
        }
    }

    [Fact]
    public void Reset_ForgetsStatementsAndEffects_ButNotWhatItDoesNotUndo()
    {
        var server = _shared.NewServer();
        var client = _shared.NewClient().Use(server);
        client.Send([.. Parse("listen x", "a"), .. Query("select setseed(1)"), .. Sync]);
        server.Say([.. ParseDone, .. CommandComplete("SELECT 1"), .. Ready, .. Ready]);
        client.Leave(server);

        client.Use(server, reset: true);
        Assert.Equal(
            $"C(Scheck) P(,DISCARD ALL) B(,) E() {SetOne} P(check,) S D(Scheck) P({_shared.Name("listen x")},listen x) B(,{_shared.Name("listen x")}) S",
            client.Send([.. Bind("", "a"), .. Sync]));
        Assert.Equal("2 Z(I)", server.Say([.. CloseDone, .. ResetDone, .. SetDone, .. ParseDone, .. Ready, .. CheckDone, .. ParseDone, .. BindDone, .. Ready]));
        Assert.Equal(SessionEffects.Tainted | SessionEffects.Touched, server.Conversation.Effects);
        client.Leave(server);
    }

    [Fact]
    public void B14_SettingsThatAnotherSessionChanged_AreGivenBackAndNotTold()
    {
        var server = _shared.NewServer();
        server.Conversation.Settings = Settings(("TimeZone", "UTC"), ("client_encoding", "UTF8"), ("server_version", "18.1"), ("is_superuser", "off"));
        var first = _shared.NewClient();
        var second = _shared.NewClient();
        first.Conversation.Settings = second.Conversation.Settings = server.Conversation.Settings;
        first.Use(server).Send(Query("set timezone = 'Asia/Tokyo'"));
        Assert.Equal("C(SET) S Z(I)", server.Say([.. CommandComplete("SET"), .. ParameterStatus("TimeZone", "Asia/Tokyo"), .. Ready]));
        Assert.Same(server.Conversation.Settings, first.Conversation.Settings);
        first.Leave(server);

        Assert.Equal($"C(Scheck) {SetOne} P(check,) S D(Scheck) Q(select 1)", second.Use(server).Send(Query("select 1")));
        Assert.Contains("TimeZone\0\0\0\u0003UTC", Encoding.UTF8.GetString(second.LastSent), StringComparison.Ordinal);
        Assert.Equal("C(SELECT 1) Z(I)", server.Say(
            [.. CloseDone, .. SetDone, .. ParseDone, .. ParameterStatus("TimeZone", "UTC"), .. Ready, .. CheckDone, .. CommandComplete("SELECT 1"), .. Ready]));
        Assert.Same(second.Conversation.Settings, server.Conversation.Settings);
        second.Leave(server);
        first.Use(server).Send(Query("select 1"));
        Assert.Contains("Asia/Tokyo", Encoding.UTF8.GetString(first.LastSent), StringComparison.Ordinal);
    }

    [Fact]
    public void DiscardAllOfTheClients_IsFollowedByItsClaims_AndWhatComesNextByTheCheck()
    {
        var server = _shared.NewServer();
        var client = _shared.NewClient();
        client.Conversation.Claims = [Subject];

        Assert.Equal(
            $"Q(discard all) C(Scheck) {SetOne} P(check,) S D(Scheck) Q(select 1)",
            client.Use(server).Send([.. Query("discard all"), .. Query("select 1")]));
        Assert.Equal(SessionEffects.None, server.Conversation.Effects & SessionEffects.Resets);
        Assert.Equal("C(DISCARD ALL) Z(I) C(SELECT 1) Z(I)", server.Say(
            [.. CommandComplete("DISCARD ALL"), .. Ready, .. CloseDone, .. SetDone, .. ParseDone, .. Ready, .. CheckDone, .. CommandComplete("SELECT 1"), .. Ready]));

        Assert.Equal("Q(begin) Q(discard all)", client.Send([.. Query("begin"), .. Query("discard all")]));
        Assert.Equal("C(BEGIN) Z(T) E(SERROR) Z(T)", server.Say([.. CommandComplete("BEGIN"), .. ReadyForQuery('T'), .. Error("25001", "in a transaction", "ERROR"), .. ReadyForQuery('T')]));
    }

    [Fact]
    public void Encoding_IsUtf8WhileClaimsAreSetAndTheClientsAfterwards()
    {
        var server = _shared.NewServer();
        server.Conversation.Settings = Settings(("client_encoding", "SJIS"));
        var client = _shared.NewClient();
        client.Conversation.Settings = Settings(("client_encoding", "LATIN1"));

        client.Use(server, reset: false, Subject).Send(Query("select 1"));

        var sent = Encoding.UTF8.GetString(client.LastSent);
        int[] order = [sent.IndexOf("UTF8", StringComparison.Ordinal), sent.IndexOf("o'neil", StringComparison.Ordinal), sent.IndexOf("LATIN1", StringComparison.Ordinal)];
        Assert.Equal(order.Order(), order);
        Assert.DoesNotContain(-1, order);
    }

    [Fact]
    public void B16_FailedReset_EndsTheSessionAndNothingOfItIsPassedOn()
    {
        var server = _shared.NewServer();
        var client = _shared.NewClient().Use(server, reset: false, Subject);
        client.Send(Query("select 1"));

        Assert.Equal("", server.Say([.. CloseDone, .. ParseDone, .. BindDone, .. Error("22023", "invalid value", "ERROR"), .. Ready, .. Error("26000", "no such statement", "ERROR")]));
        Assert.Equal(SessionEndReason.UpstreamResetFailed, server.End);
    }

    [Fact]
    public void B16_BatchesBehindTheFirst_AreCheckedAsWellUntilThePreludeIsKnown()
    {
        var server = _shared.NewServer();
        var client = _shared.NewClient().Use(server, reset: false, Subject);
        byte[] batch = [.. Parse("select 1"), .. Bind(), .. Execute(), .. Sync];

        // Sync would end what a failed prelude makes the server discard.
        Assert.Equal(
            $"C(Scheck) {SetOne} P(check,) S D(Scheck) P(,select 1) B(,) E() S D(Scheck) Q(select 2) Q(select 3) S S d c D(Scheck) Q(select 4)",
            client.Send([.. batch, .. Query("select 2"), .. Query("select 3"), .. Sync, .. Sync, .. CopyData(1), .. Message('c'), .. Query("select 4")]));
        byte[] query = [.. CommandComplete("SELECT 1"), .. Ready];
        Assert.Equal("1 2 C(SELECT 1) Z(I) C(SELECT 1) Z(I) C(SELECT 1) Z(I) Z(I) Z(I) C(SELECT 1) Z(I)", server.Say(
            [.. CloseDone, .. SetDone, .. ParseDone, .. Ready, .. CheckDone, .. ParseDone, .. BindDone, .. query, .. CheckDone, .. query, .. query, .. Ready, .. Ready, .. CheckDone, .. query]));
        Assert.Equal("S Q(select 5)", client.Send([.. Sync, .. Query("select 5")]));
    }

    [Fact]
    public void Fatal_DuringThePrelude_IsToldToTheClient()
    {
        var server = _shared.NewServer();
        _shared.NewClient().Use(server, reset: true).Send(Query("select 1"));

        Assert.Equal("E(SFATAL)", server.Say([.. CloseDone, .. Error("57P01", "terminating connection")]));
        Assert.True(server.Step.SawFatal);
    }

    [Fact]
    public void RoleThatEscapes_DuringThePrelude_EndsTheSession()
    {
        var server = _shared.NewServer();
        _shared.NewClient().Use(server, reset: true).Send(Query("select 1"));

        server.Say([.. CloseDone, .. ParameterStatus("is_superuser", "on")]);
        Assert.Equal(SessionEndReason.RoleEscaped, server.End);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(int.MaxValue)]
    public void ResetWithoutAClient_IsOverWhenTheServerIsIdle(int pieces)
    {
        _shared.Pieces = pieces;
        var server = _shared.NewServer();
        server.Conversation.Effects = SessionEffects.Touched;
        using var output = new MessageWriter();
        server.Conversation.WriteReset(output);

        Assert.Equal("Q(DISCARD ALL)", SharedConnections.Describe(output.WrittenSpan.ToArray()));
        Assert.False(server.Conversation.IsIdle);
        Assert.Equal("", server.Say([.. CommandComplete("DISCARD ALL"), .. ParameterStatus("TimeZone", "UTC"), .. Ready]));
        Assert.True(server.Conversation is { IsIdle: true, IsAccountable: true, Effects: SessionEffects.None });
        Assert.Equal("UTC"u8.ToArray(), server.Conversation.Settings.Find("TimeZone"u8));
        Assert.Equal(SessionEndReason.None, server.End);
    }

    [Fact]
    public void B16_ResetWithoutAClient_ThatFails_EndsTheConnection()
    {
        var server = _shared.NewServer();
        using var output = new MessageWriter();
        server.Conversation.WriteReset(output);

        Assert.Equal("", server.Say(Error("25001", "cannot run inside a transaction block", "ERROR")));
        Assert.Equal(SessionEndReason.UpstreamResetFailed, server.End);
    }

    [Fact]
    public void B15_IdleServer_MayReportSettingsAndNoticesAndNothingElse()
    {
        var server = _shared.NewServer();
        Assert.Equal("", server.Say([.. ParameterStatus("TimeZone", "UTC"), .. Notice("x"), .. Message('A', 0, 0, 0, 1, 0, 0)]));
        Assert.Equal(SessionEndReason.None, server.End);
        Assert.Equal("UTC"u8.ToArray(), server.Conversation.Settings.Find("TimeZone"u8));

        foreach (var message in new[] { Ready, DataRow("secret"), CommandComplete("SELECT 1"), Error("42601", "x", "ERROR"), ParseDone, Message('V', 0, 0, 0, 0) })
        {
            var other = _shared.NewServer();
            Assert.Equal("", other.Say(message));
            Assert.Equal(SessionEndReason.UpstreamProtocolViolation, other.End);
        }

        server.Say(Error("57P01", "terminating connection"));
        Assert.Equal(SessionEndReason.UpstreamTerminated, server.End);
        Assert.True(server.Step.SawFatal);
    }

    [Fact]
    public void WithoutAServer_NothingPassesButWhatTheServerWouldIgnoreIsDropped()
    {
        var client = _shared.NewClient();
        Assert.Equal("", client.Send([.. CopyData(1, 2, 3), .. Message('c'), .. Message('f', 0), .. Message('H')]));
        Assert.Equal(SessionEndReason.None, client.End);

        foreach (var message in new[] { Sync, Query("select 1"), Parse("select 1"), Bind(), Describe(), Execute(), FunctionCall(1), Message('C', (byte)'S', 0) })
        {
            var action = _shared.NewClient().Step.Step(message);
            Assert.Equal(Awaited.Server, action.Awaits);
            Assert.Equal((0, 0), (action.Forward, action.Skip));
        }

        var incomplete = _shared.NewClient().Step.Step(Query("select 1").AsSpan(0, 7));
        Assert.Equal(Awaited.Input, incomplete.Awaits);
        Assert.Equal(Query("select 1").Length, incomplete.Need);
        Assert.Equal(SessionEndReason.ProtocolViolation, client.Step.Step(Message('y', 0)).End?.Reason);
        Assert.Equal(SessionEndReason.ClientTerminated, client.Step.Step(Terminate).End?.Reason);
    }

    [Fact]
    public void WithoutAServer_TheSameBytesPassOnceThereIsOne()
    {
        var client = _shared.NewClient();
        Assert.Equal("", client.Send(Parse("select 1", "a")));

        client.Use(_shared.NewServer());

        Assert.Equal($"P({_shared.Name("select 1")},select 1) S", client.Send(Sync));
    }

    private ReportedSettings Settings(params (string Name, string Value)[] values) =>
        values.Aggregate(ReportedSettings.None, (settings, value) => _shared.Settings.With(settings, Encoding.UTF8.GetBytes(value.Name), Encoding.UTF8.GetBytes(value.Value)));
}
