using System.Text;
using PgOAuth.Enforcement;
using PgOAuth.Protocol;
using PgOAuth.Relay;
using PgOAuth.Sessions;
using Xunit;
using static PgOAuth.Testing.Upstream.BackendMessages;

namespace PgOAuth.Relay;

public sealed class ServerStepTests
{
    private readonly ServerConversation _server = new();

    [Fact]
    public void Step_EveryKnownMessage_PassesUnchangedInPiecesOfEverySize()
    {
        byte[] conversation =
        [
            .. RowDescription("a"), .. DataRow("1"), .. CommandComplete("SELECT 1"), .. ReadyForQuery('T'), .. Notice("careful"),
            .. ParameterStatus("TimeZone", "UTC"), .. Error("42P01", "no such table", "ERROR"),
            .. "123nsItAVGHcd".SelectMany(static type => Message(type, 0, 0, 0, 0)), .. ReadyForQuery(),
        ];
        for (var pieces = 1; pieces <= conversation.Length; pieces++)
        {
            var driver = new StepDriver(NewStep()).Feed(conversation, pieces);

            Assert.Equal(SessionEndReason.None, driver.End);
            Assert.Equal(conversation, driver.Output);
        }
    }

    [Fact]
    public void Step_ErrorThatCarriesTheMarker_BecomesTheDenialInPiecesOfEverySize()
    {
        var marker = new DenialMarker();
        using var sent = new MessageWriter();
        marker.WriteQuery(sent, Denial.Of(StatementDenial.RoleChange));
        var text = Encoding.ASCII.GetString(sent.WrittenSpan[5..^1]);
        byte[] error = Error("42601", $"syntax error at or near \"{text}\"", "ERROR");
        for (var pieces = 1; pieces <= error.Length + 6; pieces++)
        {
            var driver = new StepDriver(NewStep(marker)).Feed([.. error, .. ReadyForQuery('E')], pieces);
            var output = Encoding.UTF8.GetString([.. driver.Output]);

            Assert.Contains("C42501\0", output, StringComparison.Ordinal);
            Assert.Contains("SERROR\0", output, StringComparison.Ordinal);
            Assert.DoesNotContain("pgoauth_denied", output, StringComparison.Ordinal);
            Assert.EndsWith("Z\0\0\0\u0005E", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Step_MarkerOfAnotherSession_IsNotOurs()
    {
        using var sent = new MessageWriter();
        new DenialMarker().WriteQuery(sent, Denial.Of(StatementDenial.RoleChange));
        var error = Error("42601", Encoding.ASCII.GetString(sent.WrittenSpan[5..^1]), "ERROR");

        Assert.Equal(error, new StepDriver(NewStep()).Feed(error).Output);
    }

    [Fact]
    public void A30_MessagesThatHaveNoPlaceHere_AreNeverPassedOn()
    {
        const string known = "TDCEZNS123nsItAVGHcd";
        for (var type = 0; type < 256; type++)
        {
            if (!known.Contains((char)type, StringComparison.Ordinal))
            {
                var driver = new StepDriver(NewStep()).Feed(Message((char)type, 0, 0, 0, 0));

                Assert.Equal(SessionEndReason.UpstreamProtocolViolation, driver.End);
                Assert.Empty(driver.Output);
            }
        }
    }

    [Theory]
    [InlineData(new byte[] { (byte)'D', 0, 0, 0, 3 })]
    [InlineData(new byte[] { (byte)'D', 0x80, 0, 0, 0 })]
    [InlineData(new byte[] { (byte)'E', 0xff, 0xff, 0xff, 0xff })]
    [InlineData(new byte[] { (byte)'Z', 0, 0, 0, 6, (byte)'I', 0 })]
    [InlineData(new byte[] { (byte)'Z', 0, 0, 0, 5, (byte)'X' })]
    [InlineData(new byte[] { (byte)'E', 0, 0, 0, 6, (byte)'M', (byte)'x' })]
    [InlineData(new byte[] { (byte)'S', 0, 0, 0, 6, (byte)'a', 0 })]
    public void A31_MalformedServerMessages_EndTheSession(byte[] message) =>
        Assert.Equal(SessionEndReason.UpstreamProtocolViolation, new StepDriver(NewStep()).Feed(message).End);

    [Fact]
    public void A31_ErrorWithoutSqlState_IsPassedOn()
    {
        byte[] error = Message('E', [(byte)'M', .. CString("no state"), 0]);

        Assert.Equal(error, new StepDriver(NewStep()).Feed(error).Output);
    }

    [Theory]
    [InlineData("session_authorization", "postgres")]
    [InlineData("is_superuser", "on")]
    public void ParameterStatus_ThatTellsOfAnotherIdentity_EndsTheSessionBeforeItIsPassedOn(string name, string value)
    {
        var driver = new StepDriver(NewStep()).Feed([.. ParameterStatus(name, value), .. DataRow("secret")]);

        Assert.Equal(SessionEndReason.RoleEscaped, driver.End);
        Assert.Empty(driver.Output);
    }

    [Fact]
    public void Fatal_IsPassedOnAndRemembered()
    {
        var step = NewStep();
        var fatal = Error("57P01", "terminating connection due to administrator command");
        var driver = new StepDriver(step).Feed(fatal);

        Assert.True(step.SawFatal);
        Assert.Equal(fatal, driver.Output);
    }

    [Fact]
    public void E08_DataRowOfAGigabyte_StreamsThroughWithoutBeingBuffered()
    {
        const long body = 1L << 30;
        var step = NewStep();
        new StepDriver(step).Feed([(byte)'D', .. Int32((int)body + 4)]);
        var chunk = new byte[1 << 16];
        var before = GC.GetAllocatedBytesForCurrentThread();
        var forwarded = 0L;
        while (forwarded < body)
        {
            forwarded += step.Step(chunk).Forward;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(step.IsAtBoundary);
    }

    private ServerStep NewStep(DenialMarker? marker = null) => new(_server, "pgoauth_service", allowSuperuser: false) { Client = new ClientConversation(marker) };
}
