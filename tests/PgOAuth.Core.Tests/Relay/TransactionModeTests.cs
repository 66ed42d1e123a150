using System.Text.RegularExpressions;
using PgOAuth.Enforcement;
using PgOAuth.Sessions;
using Xunit;
using static PgOAuth.Testing.FrontendMessages;
using static PgOAuth.Testing.Upstream.BackendMessages;

namespace PgOAuth.Relay;

/// <summary>Whole conversations in transaction mode, and its limits.</summary>
public sealed class TransactionModeTests : SharedConnectionTestBase
{
    [Theory]
    [MemberData(nameof(Everything))]
    public void Everything_CutAtEveryByte_GivesTheSame(byte[] request, byte[] reply)
    {
        var whole = Play(int.MaxValue);
        Assert.EndsWith("Z(I)", whole.Told, StringComparison.Ordinal);
        for (var pieces = 1; pieces <= Math.Max(request.Length, reply.Length); pieces += pieces < 40 ? 1 : 7)
        {
            Assert.Equal(whole, Play(pieces));
        }

        (string Sent, string Told, int Statements) Play(int pieces)
        {
            using var shared = new SharedConnections { Pieces = pieces };
            var server = shared.NewServer();
            var client = shared.NewClient().Use(server, reset: false, new SettingValue("pgoauth.sub", "alice"));
            client.Send(Query(One));
            server.Say([.. Prelude, .. Done, .. Ready]);
            var sent = client.Send(request);
            var told = server.Say(reply);
            Assert.True(server.Conversation is { IsIdle: true, IsAccountable: true });
            foreach (var (sql, index) in new[] { One, Two, "deallocate a", "DEALLOCATE pgoauth_stand_in", "select nonsense" }.Select(static (sql, index) => (sql, index)))
            {
                sent = sent.Replace(shared.Name(sql), "#" + index, StringComparison.Ordinal);
            }

            return (Regex.Replace(sent, "pgoauth_denied_[0-9a-f]+_", "denied"), told, server.Conversation.Statements.Count);
        }
    }

    /// <summary>As PostgreSQL's libpq_pipeline does, and more: what is asked, and what the server says to what is sent for it.</summary>
    public static TheoryData<byte[], byte[]> Everything => new()
    {
        // simple_pipeline, prepared, nosync with Flush
        { [.. Parse(One, "a"), .. Bind("p", "a"), .. Message('D', (byte)'P', (byte)'p', 0), .. Execute("p"), .. Message('H'), .. Describe("a"), .. CloseStatement("a"), .. Sync],
          [.. ParseDone, .. BindDone, .. RowDescription("x"), .. DataRow("1"), .. Done, .. Message('t', 0, 0), .. RowDescription("x"), .. CloseDone, .. Ready] },

        // multi_pipelines
        { [.. Parse(One), .. Bind(), .. Execute(), .. Sync, .. Parse(One, "b"), .. Bind("", "b"), .. Execute(), .. Sync, .. Query(Two)],
          [.. ParseDone, .. BindDone, .. Done, .. Ready, .. ParseDone, .. BindDone, .. Done, .. Ready, .. DataRow("2"), .. Done, .. Ready] },

        // pipeline_abort: an error in the middle, and a batch behind it
        { [.. Parse(One), .. Bind(), .. Execute(), .. Parse("select nonsense"), .. Bind(), .. Execute(), .. Parse(Two), .. Bind(), .. Execute(), .. Sync, .. Parse(Two), .. Bind(), .. Execute(), .. Sync],
          [.. ParseDone, .. BindDone, .. Done, .. Failure(), .. Ready, .. ParseDone, .. BindDone, .. Done, .. Ready] },

        // singlerow and suspended portals
        { [.. Parse(One, "a"), .. Bind("p", "a"), .. Execute("p", 1), .. Execute("p", 1), .. Execute("p"), .. Message('C', (byte)'P', (byte)'p', 0), .. Sync],
          [.. ParseDone, .. BindDone, .. DataRow("1"), .. Message('s'), .. DataRow("2"), .. Message('s'), .. Done, .. CloseDone, .. Ready] },

        // COPY in both protocols, both directions
        { [.. Query("copy t from stdin"), .. CopyData(1, 2, 3), .. Message('c'), .. Parse("copy t from stdin"), .. Bind(), .. Execute(), .. CopyData(4), .. Message('c'), .. Sync, .. Query("copy t to stdout")],
          [.. Message('G', 0, 0, 0), .. CommandComplete("COPY 1"), .. Ready, .. ParseDone, .. BindDone, .. Message('G', 0, 0, 0), .. CommandComplete("COPY 1"), .. Ready, .. Message('H', 0, 0, 0), .. Message('d', 1), .. Message('c'), .. CommandComplete("COPY 1"), .. Ready] },

        // denied, deallocated in both protocols, discarded
        { [.. Parse("set role x", "a"), .. Bind("", "a"), .. Sync, .. Parse(One, "a"), .. Sync, .. Query("deallocate a"), .. Parse(Two, "a"), .. Parse("deallocate a"), .. Bind(), .. Execute(), .. Sync, .. Query("discard all")],
          [.. Failure(), .. Ready, .. ParseDone, .. Ready, .. CloseDone, .. ParseDone, .. CommandComplete("DEALLOCATE"), .. Ready,
              .. ParseDone, .. ParseDone, .. ParseDone, .. CloseDone, .. ParseDone, .. BindDone, .. CommandComplete("DEALLOCATE"), .. Ready,
              .. CommandComplete("DISCARD ALL"), .. ParameterStatus("TimeZone", "UTC"), .. Notice("x"), .. Ready] },
    };

    private static byte[] Prelude =>
        [.. CloseDone, .. ParseDone, .. BindDone, .. DataRow("alice"), .. Done, .. ParseDone, .. Ready, .. Message('t', 0, 0), .. Message('n')];

    [Fact]
    public void Effects_OfWhatIsParsedBoundOrQueried_AreTheConnections()
    {
        var (client, server) = Prepared("a", "listen x");
        Assert.Equal(SessionEffects.Touched, server.Conversation.Effects);
        client.Leave(server);
        var second = Shared.NewServer();
        client.Use(second).Send([.. Bind("", "a"), .. Sync]);
        Assert.Equal(SessionEffects.Touched, second.Conversation.Effects);
        var third = Shared.NewServer();
        Shared.NewClient().Use(third).Send(Query("select setseed(0.5)"));

        Assert.Equal(SessionEffects.Tainted, third.Conversation.Effects & SessionEffects.Tainted);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(int.MaxValue)]
    public void LongText_WithoutAGuard_StreamsUnderANameThatNobodyElseHas(int pieces)
    {
        using var shared = new SharedConnections(isGuarded: false, maxStatementBytes: 100) { Pieces = pieces };
        var server = shared.NewServer();
        var client = shared.NewClient().Use(server);
        var text = "select '" + new string('x', 500) + "'";

        var sent = client.Send([.. Parse(text, "long"), .. Bind("", "long"), .. Query(text), .. Sync]);

        var name = sent[2..sent.IndexOf(',', StringComparison.Ordinal)];
        Assert.Equal($"P({name},{text}) B(,{name}) Q({text}) S", sent);
        Assert.StartsWith("pgoauth_", name, StringComparison.Ordinal);
        Assert.Equal(SessionEffects.Touched, server.Conversation.Effects);
        server.Say([.. ParseDone, .. BindDone, .. Done, .. Ready, .. Ready]);
        client.Leave(server);
        Assert.Equal("B(,pgoauth_unknown_long) S", client.Use(shared.NewServer()).Send([.. Bind("", "long"), .. Sync]));
    }

    [Fact]
    public void LongText_WithAGuard_IsDenied()
    {
        using var shared = new SharedConnections(maxStatementBytes: 100);
        var client = shared.NewClient().Use(shared.NewServer());

        Assert.StartsWith("P(,pgoauth_denied_", client.Send([.. Parse(new string('x', 500), "long"), .. Sync]), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_BeyondTheLimitOfASession_EndIt()
    {
        var (client, server) = Attached();
        for (var i = 0; i < ClientStatements.MaxNames; i++)
        {
            client.Send(Parse(One, "n" + i));

            // The first one is parsed, the others are known already and sent as a Close.
            server.Conversation.Replies.Take((byte)(i == 0 ? '1' : '3'));
        }

        Assert.True(server.Conversation is { IsAccountable: true, Replies.Count: 0 });
        Assert.Equal(SessionEndReason.None, client.End);
        client.Send(Parse(One, "one too many"));
        Assert.Equal(SessionEndReason.ProtocolViolation, client.End);
        Assert.Equal(1, server.Conversation.Statements.Count);
    }

    [Fact]
    public void SteadyState_AllocatesNothing()
    {
        var (client, server) = Prepared("a", One);
        byte[] request = [.. Bind("", "a"), .. Describe("a"), .. Execute(), .. Sync, .. Parse(One), .. Bind(), .. Execute(), .. Sync, .. Query(One)];
        byte[] reply =
        [
            .. BindDone, .. Message('t', 0, 0), .. RowDescription("a"), .. DataRow("1"), .. Done, .. Ready,
            .. ParseDone, .. BindDone, .. DataRow("1"), .. Done, .. Ready, .. RowDescription("a"), .. DataRow("1"), .. Done, .. Ready,
        ];
        for (var i = 0; i < 100; i++)
        {
            RoundTrip();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            RoundTrip();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void RoundTrip()
        {
            Run(client.Step, request);
            Run(server.Step, reply);
            if (!server.Conversation.IsIdle || !server.Conversation.IsAccountable)
            {
                Assert.Fail("The replies do not fit.");
            }

            client.Step.Detach();
            server.Step.Client = null;
            client.Step.Attach(server.Conversation);
            server.Step.Client = client.Conversation;
        }

        static void Run(RelayStep step, ReadOnlySpan<byte> input)
        {
            while (!input.IsEmpty)
            {
                var action = step.Step(input);
                step.Replacement.Clear();
                input = input[(action.Forward + action.Skip)..];
            }
        }
    }
}
