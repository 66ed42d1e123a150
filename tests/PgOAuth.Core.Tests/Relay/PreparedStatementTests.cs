using System.Text;
using PgOAuth.Enforcement;
using PgOAuth.Protocol;
using PgOAuth.Sessions;
using Xunit;
using static PgOAuth.Testing.FrontendMessages;
using static PgOAuth.Testing.Upstream.BackendMessages;

namespace PgOAuth.Relay;

/// <summary>Prepared statements in transaction mode: whose they are, where they are, and what PostgreSQL is told.</summary>
public sealed class PreparedStatementTests : IDisposable
{
    private const string One = "select 1";
    private const string Two = "select 2";

    private static readonly byte[] ParseDone = Message('1');
    private static readonly byte[] BindDone = Message('2');
    private static readonly byte[] CloseDone = Message('3');
    private static readonly byte[] Ready = ReadyForQuery();
    private static readonly byte[] Done = CommandComplete("SELECT 1");

    private readonly SharedConnections _shared = new();

    public void Dispose() => _shared.Dispose();

    private static byte[] CloseStatement(string name) => Message('C', [(byte)'S', .. CString(name)]);

    private static byte[] Failure(string state = "42601", string routine = "scanner_yyerror") =>
        Message('E', [(byte)'S', .. CString("ERROR"), (byte)'V', .. CString("ERROR"), (byte)'C', .. CString(state), (byte)'M', .. CString("no"), (byte)'R', .. CString(routine), 0]);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(int.MaxValue)]
    public void NamedStatement_IsParsedUnderTheServersNameAndBoundByIt(int pieces)
    {
        _shared.Pieces = pieces;
        var (client, server) = Attached();
        var name = _shared.Name(One);

        Assert.Equal($"P({name},{One}) B(,{name}) D(S{name}) E() S", client.Send([.. Parse(One, "a"), .. Bind("", "a"), .. Describe("a"), .. Execute(), .. Sync]));
        Assert.Equal("1 2 t T C(SELECT 1) Z(I)", server.Say([.. ParseDone, .. BindDone, .. Message('t', 0, 0), .. RowDescription("a"), .. Done, .. Ready]));
        client.Leave(server);
    }

    [Fact]
    public void KnownStatement_IsNotParsedAgain_AndTheClientStillGetsParseComplete()
    {
        var (client, server) = Prepared("a", One);
        client.Leave(server);
        var other = _shared.NewClient().Use(server);

        Assert.Equal($"C(Ppgoauth_no_portal) B(,{_shared.Name(One)}) E() S", other.Send([.. Parse(One, "b"), .. Bind("", "b"), .. Execute(), .. Sync]));
        Assert.Equal("1 2 C(SELECT 1) Z(I)", server.Say([.. CloseDone, .. BindDone, .. Done, .. Ready]));
        other.Leave(server);
    }

    [Fact]
    public void Statement_OnAServerThatDoesNotHaveIt_IsParsedInFrontForNobodyToSee()
    {
        var (client, server) = Prepared("a", One);
        client.Leave(server);
        var second = _shared.NewServer();
        client.Use(second);
        var name = _shared.Name(One);

        Assert.Equal($"P({name},{One}) B(,{name}) E() S", client.Send([.. Bind("", "a"), .. Execute(), .. Sync]));
        Assert.Equal("2 C(SELECT 1) Z(I)", second.Say([.. ParseDone, .. BindDone, .. Done, .. Ready]));
        Assert.Equal($"D(S{name}) S", client.Send([.. Describe("a"), .. Sync]));
    }

    [Fact]
    public void ParameterTypes_MakeAnotherStatement()
    {
        var (client, _) = Prepared("a", "select $1");

        var sent = client.Send([.. Parse("select $1", "b", 23), .. Sync]);

        Assert.StartsWith("P(pgoauth_", sent, StringComparison.Ordinal);
        Assert.DoesNotContain(_shared.Name("select $1"), sent, StringComparison.Ordinal);
    }

    [Fact]
    public void Bind_OfAGigabyte_StreamsBehindItsNewNames()
    {
        var (client, server) = Prepared("a", One);
        var name = _shared.Name(One);
        const int length = 0x3ff00000;
        byte[] head = [(byte)'B', .. Int32(length), .. CString("portal"), .. CString("a")];

        var action = client.Step.Step(head);

        Assert.Equal((0, head.Length), (action.Forward, action.Skip));
        Assert.Equal((byte[])[(byte)'B', .. Int32(length - 1 + name.Length), .. CString("portal"), .. CString(name)], client.Step.Replacement.WrittenSpan.ToArray());
        client.Step.Replacement.Clear();
        var chunk = new byte[1 << 20];
        for (var left = length + 1 - head.Length; left > 0;)
        {
            var count = Math.Min(left, chunk.Length);
            action = client.Step.Step(chunk.AsSpan(0, count));
            Assert.Equal((count, 0), (action.Forward, action.Skip));
            left -= count;
        }

        Assert.True(client.Step.IsAtBoundary);
        Assert.Equal("2", server.Say(BindDone));
    }

    [Fact]
    public void Bind_WithNamesThatDoNotEnd_EndsTheSession()
    {
        var (client, _) = Attached();
        byte[] endless = [(byte)'B', .. Int32(1 << 20), .. new byte[5000].Select(static _ => (byte)'x')];

        client.Send(endless);

        Assert.Equal(SessionEndReason.ProtocolViolation, client.End);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("")]
    [InlineData("pgoauth_1")]
    public void UnknownName_IsOneThatCannotExistOnTheServer(string name)
    {
        var (client, _) = Attached();

        Assert.Equal($"B(,pgoauth_unknown_{name}) D(Spgoauth_unknown_{name}) S", client.Send([.. Bind("", name), .. Describe(name), .. Sync]));
    }

    [Fact]
    public void A26_NameThatIsTaken_IsRefusedByPostgresItself()
    {
        var (client, server) = Prepared("a", One);

        // A name that is taken here as well stands in for it.
        Assert.Equal($"C(Spgoauth_stand_in) P(pgoauth_stand_in,) P(pgoauth_stand_in,{Two}) S", client.Send([.. Parse(Two, "a"), .. Sync]));
        Assert.Equal("E(SERROR) Z(I)", server.Say([.. CloseDone, .. ParseDone, .. Failure("42P05"), .. Ready]));
        Assert.Equal($"B(,{_shared.Name(One)}) S", client.Send([.. Bind("", "a"), .. Sync]));
    }

    [Fact]
    public void A26_ClosedName_CanBeGivenToAnotherStatementAndTheFirstStaysForOthers()
    {
        var (client, server) = Prepared("a", One);

        Assert.Equal($"C(Ppgoauth_no_portal) P({_shared.Name(Two)},{Two}) B(,{_shared.Name(Two)}) S", client.Send([.. CloseStatement("a"), .. Parse(Two, "a"), .. Bind("", "a"), .. Sync]));
        Assert.Equal("3 1 2 Z(I)", server.Say([.. CloseDone, .. ParseDone, .. BindDone, .. Ready]));
        Assert.Equal($"B(,{_shared.Name(Two)}) S", client.Send([.. Bind("", "a"), .. Sync]));
    }

    [Fact]
    public void NamesThatDifferBehindTheServersLimit_AreOne()
    {
        var (client, _) = Prepared(new string('n', 63) + "1", One);

        Assert.Equal($"B(,{_shared.Name(One)}) S", client.Send([.. Bind("", new string('n', 63) + "2"), .. Sync]));
    }

    [Fact]
    public void A19_ParseThatFails_LeavesNeitherNameNorStatement()
    {
        var (client, server) = Attached();
        client.Send([.. Parse(One, "a"), .. Bind("", "a"), .. Sync]);
        Assert.Equal("E(SERROR) Z(I)", server.Say([.. Failure(), .. Ready]));

        Assert.Equal("B(,pgoauth_unknown_a) S", client.Send([.. Bind("", "a"), .. Sync]));
        Assert.Equal($"P({_shared.Name(One)},{One}) S", client.Send([.. Parse(One, "a"), .. Sync]));
    }

    [Fact]
    public void A19_ParseThatWasDiscarded_IsSentAgainByTheNextBatch()
    {
        var (client, server) = Attached();
        var name = _shared.Name(One);
        client.Send([.. Parse("select nonsense", "x"), .. Parse(One, "a"), .. Sync]);

        // Nobody knows yet what became of it: what may be there is closed first, and the name is not taken.
        Assert.Equal($"C(S{name}) P({name},{One}) B(,{name}) S", client.Send([.. Parse(One, "a"), .. Bind("", "a"), .. Sync]));
        Assert.Equal("E(SERROR) Z(I) 1 2 Z(I)", server.Say([.. Failure(), .. Ready, .. CloseDone, .. ParseDone, .. BindDone, .. Ready]));
        Assert.Equal($"B(,{name}) S", client.Send([.. Bind("", "a"), .. Sync]));
    }

    [Fact]
    public void A19_CloseThatWasDiscarded_GivesTheNameBack()
    {
        var (client, server) = Prepared("a", One);
        client.Send([.. Parse("select nonsense", "x"), .. CloseStatement("a"), .. Sync]);
        server.Say([.. Failure(), .. Ready]);

        Assert.Equal($"B(,{_shared.Name(One)}) S", client.Send([.. Bind("", "a"), .. Sync]));
    }

    [Fact]
    public void A19_WhatIsSentBehindAnErrorBeforeSync_ChangesNothing()
    {
        var (client, server) = Prepared("a", One);
        client.Send(Parse("select nonsense", "x"));
        server.Say(Failure());

        client.Send([.. Parse(Two, "b"), .. CloseStatement("a"), .. Bind("", "b"), .. Sync]);
        Assert.Equal("Z(I)", server.Say(Ready));

        Assert.Equal($"B(,{_shared.Name(One)}) B(,pgoauth_unknown_b) S", client.Send([.. Bind("", "a"), .. Bind("", "b"), .. Sync]));
        Assert.Equal(1, server.Conversation.Statements.Count);
    }

    [Fact]
    public void FailedTransaction_ParsesUnderNoName_SoThatPostgresRefusesWhatItMust()
    {
        var (client, server) = Prepared("a", One);
        client.Send(Query("begin; select nonsense"));
        server.Say([.. CommandComplete("BEGIN"), .. Failure(), .. ReadyForQuery('E')]);

        Assert.Equal($"P(,{One}) S", client.Send([.. Parse(One, "b"), .. Sync]));
        server.Say([.. Failure("25P02"), .. ReadyForQuery('E')]);
        client.Send(Query("rollback"));
        server.Say([.. CommandComplete("ROLLBACK"), .. Ready]);
        Assert.Equal("B(,pgoauth_unknown_b) S", client.Send([.. Bind("", "b"), .. Sync]));
    }

    [Fact]
    public void ChangedResultType_IsParsedAnewBeforeItsNextUse()
    {
        var (client, server) = Prepared("a", One);
        var name = _shared.Name(One);
        client.Send([.. Bind("", "a"), .. Sync]);
        Assert.Equal("E(SERROR) Z(I)", server.Say([.. Failure("0A000", "RevalidateCachedQuery"), .. Ready]));

        Assert.Equal($"C(S{name}) P({name},{One}) B(,{name}) S", client.Send([.. Bind("", "a"), .. Sync]));
        Assert.Equal("2 Z(I)", server.Say([.. CloseDone, .. ParseDone, .. BindDone, .. Ready]));
        Assert.Equal($"B(,{name}) S", client.Send([.. Bind("", "a"), .. Sync]));
    }

    [Fact]
    public void StatementThatVanished_IsParsedAnewWithAllOthers()
    {
        var (client, server) = Prepared("a", One);
        client.Send([.. Parse(Two, "b"), .. Sync]);
        server.Say([.. ParseDone, .. Ready]);
        client.Send([.. Bind("", "a"), .. Sync]);
        server.Say([.. Failure("26000", "FetchPreparedStatement"), .. Ready]);

        foreach (var (name, sql) in new[] { ("a", One), ("b", Two) })
        {
            Assert.Equal($"C(S{_shared.Name(sql)}) P({_shared.Name(sql)},{sql}) B(,{_shared.Name(sql)}) S", client.Send([.. Bind("", name), .. Sync]));
        }
    }

    [Fact]
    public void UnnamedStatement_GoesThroughAsItIs_AndAnothersIsParsedAnewForNobodyToSee()
    {
        var (client, server) = Attached();
        byte[] whole = [.. Parse(One), .. Bind(), .. Execute(), .. Sync];
        client.Send(whole);
        Assert.Equal(whole, client.LastSent);
        server.Say([.. ParseDone, .. BindDone, .. Done, .. Ready]);
        Assert.Equal("B(,) D(S) S", client.Send([.. Bind(), .. Describe(), .. Sync]));
        server.Say([.. BindDone, .. Message('t', 0, 0), .. Message('n'), .. Ready]);
        client.Leave(server);
        var other = _shared.NewClient().Use(server);
        other.Send([.. Parse(Two), .. Bind(), .. Sync]);
        server.Say([.. ParseDone, .. BindDone, .. Ready]);
        other.Leave(server);
        client.Use(server);

        Assert.Equal($"P(,{One}) B(,) S", client.Send([.. Bind(), .. Sync]));
        Assert.Equal("2 Z(I)", server.Say([.. ParseDone, .. BindDone, .. Ready]));
    }

    [Fact]
    public void UnnamedStatement_AfterAQueryOrItsClose_IsGoneAsOnTheServer()
    {
        var (client, server) = Attached();
        client.Send([.. Parse(One), .. Sync, .. Query("select 3")]);
        server.Say([.. ParseDone, .. Ready, .. Done, .. Ready]);
        Assert.Equal("B(,pgoauth_unknown_) S", client.Send([.. Bind(), .. Sync]));
        server.Say([.. Failure("26000"), .. Ready]);

        client.Send([.. Parse(One), .. CloseStatement("")]);
        Assert.Equal("B(,pgoauth_unknown_) S", client.Send([.. Bind(), .. Sync]));
    }

    [Fact]
    public void UnnamedStatement_ParsedBehindAFailedOne_IsStillThereWhenTheErrorComes()
    {
        var (client, server) = Attached();
        client.Send([.. Parse("select nonsense"), .. Sync, .. Parse(One)]);
        server.Say([.. Failure(), .. Ready]);

        // Whether the server has it is asked again, which costs little; that the client has it is certain.
        Assert.Equal($"P(,{One}) B(,) S", client.Send([.. Bind(), .. Sync]));
    }

    [Fact]
    public void A19_UnnamedStatement_WhoseParseWasDiscarded_IsTheOneBefore()
    {
        var (client, server) = Attached();
        client.Send([.. Parse(One), .. Sync, .. Parse("select nonsense", "x"), .. Parse(Two), .. Query("select 3"), .. CloseStatement(""), .. Sync]);
        server.Say([.. ParseDone, .. Ready, .. Failure(), .. Ready]);
        Assert.Equal($"P(,{One}) B(,) S", client.Send([.. Bind(), .. Sync]));
        server.Say([.. ParseDone, .. BindDone, .. Ready]);

        // One that fails takes the one before with it.
        client.Send([.. Parse("select nonsense"), .. Sync]);
        server.Say([.. Failure(), .. Ready]);
        Assert.Equal("B(,pgoauth_unknown_) S", client.Send([.. Bind(), .. Sync]));
    }

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

            return (System.Text.RegularExpressions.Regex.Replace(sent, "pgoauth_denied_[0-9a-f]+_", "denied"), told, server.Conversation.Statements.Count);
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
    public void DeniedParse_TakesNoNameAndHarmsNoStatement()
    {
        var (client, server) = Prepared("a", One);

        Assert.StartsWith("P(,pgoauth_denied_", client.Send([.. Parse("set role x", "b"), .. Sync]), StringComparison.Ordinal);
        server.Say([.. Failure(), .. Ready]);

        Assert.Equal($"B(,{_shared.Name(One)}) B(,pgoauth_unknown_b) S", client.Send([.. Bind("", "a"), .. Bind("", "b"), .. Sync]));
    }

    [Fact]
    public void Eviction_ClosesTheLeastRecentlyUsed_ButNeverWhatAnOpenTransactionUsed()
    {
        using var shared = new SharedConnections(maxStatements: 2);
        var server = shared.NewServer();
        var client = shared.NewClient().Use(server);
        client.Send([.. Parse(One, "1"), .. Parse(Two, "2"), .. Bind("", "1"), .. Sync]);
        server.Say([.. ParseDone, .. ParseDone, .. BindDone, .. ReadyForQuery('T')]);

        // In a transaction, portals may be open: the table grows over its size.
        Assert.Equal($"P({shared.Name("select 3")},select 3) S", client.Send([.. Parse("select 3", "3"), .. Sync]));
        server.Say([.. ParseDone, .. Ready]);
        Assert.Equal(3, server.Conversation.Statements.Count);

        // Outside, it is brought back: the second was used least recently, then the first.
        Assert.Equal($"C(S{shared.Name(Two)}) C(S{shared.Name(One)}) P({shared.Name("select 4")},select 4) S", client.Send([.. Parse("select 4", "4"), .. Sync]));
        Assert.Equal("1 Z(I)", server.Say([.. CloseDone, .. CloseDone, .. ParseDone, .. Ready]));
        Assert.Equal(2, server.Conversation.Statements.Count);

        // The client does not notice.
        Assert.Equal($"C(S{shared.Name("select 3")}) P({shared.Name(Two)},{Two}) B(,{shared.Name(Two)}) S", client.Send([.. Bind("", "2"), .. Sync]));
        Assert.Equal("2 Z(I)", server.Say([.. CloseDone, .. ParseDone, .. BindDone, .. Ready]));
        client.Leave(server);
    }

    [Fact]
    public void Eviction_ThatWasDiscarded_LeavesTheStatementKnown()
    {
        using var shared = new SharedConnections(maxStatements: 1);
        var server = shared.NewServer();
        var client = shared.NewClient().Use(server);
        client.Send([.. Parse(One, "1"), .. Sync]);
        server.Say([.. ParseDone, .. Ready]);
        Assert.Equal($"P(,select nonsense) C(S{shared.Name(One)}) P({shared.Name(Two)},{Two}) S", client.Send([.. Parse("select nonsense"), .. Parse(Two, "2"), .. Sync]));
        server.Say([.. Failure(), .. Ready]);

        Assert.Equal($"B(,{shared.Name(One)}) S", client.Send([.. Bind("", "1"), .. Sync]));
    }

    [Fact]
    public void DeallocateOfAProtocolName_RemovesTheNameAndAStandInOnTheServer()
    {
        var (client, server) = Prepared("a", One);

        Assert.Equal("C(Spgoauth_stand_in) P(pgoauth_stand_in,) Q(DEALLOCATE pgoauth_stand_in)", client.Send(Query("deallocate a")));
        Assert.Equal("C(DEALLOCATE) Z(I)", server.Say([.. CloseDone, .. ParseDone, .. CommandComplete("DEALLOCATE"), .. Ready]));

        Assert.Equal("B(,pgoauth_unknown_a) S", client.Send([.. Bind("", "a"), .. Sync]));
        Assert.Equal("Q(deallocate b)", client.Send(Query("deallocate b")));
    }

    [Fact]
    public void DeallocateThatFails_LeavesTheName()
    {
        var (client, server) = Prepared("a", One);
        client.Send(Query("deallocate a"));
        server.Say([.. CloseDone, .. ParseDone, .. Failure("25P02"), .. ReadyForQuery('E')]);

        Assert.Equal($"B(,{_shared.Name(One)}) S", client.Send([.. Bind("", "a"), .. Sync]));
    }

    [Fact]
    public void DeallocateAsAStatement_RemovesTheNameWhenItIsBound()
    {
        var (client, server) = Prepared("a", One);
        var standIn = _shared.Name("DEALLOCATE pgoauth_stand_in");

        Assert.Equal(
            $"P(,deallocate a) P({standIn},DEALLOCATE pgoauth_stand_in) C(Spgoauth_stand_in) P(pgoauth_stand_in,) B(,{standIn}) E() S",
            client.Send([.. Parse("deallocate a"), .. Bind(), .. Execute(), .. Sync]));
        Assert.Equal("1 2 C(DEALLOCATE) Z(I)", server.Say([.. ParseDone, .. ParseDone, .. CloseDone, .. ParseDone, .. BindDone, .. CommandComplete("DEALLOCATE"), .. Ready]));
        Assert.Equal("B(,pgoauth_unknown_a) S", client.Send([.. Bind("", "a"), .. Sync]));
    }

    [Theory]
    [InlineData("deallocate all", "DEALLOCATE ALL")]
    [InlineData("DISCARD ALL", "DISCARD ALL")]
    [InlineData("select 5; deallocate all", "DEALLOCATE ALL")]
    public void RemovalOfAll_IsSeenByItsTag(string sql, string tag)
    {
        var (client, server) = Prepared("a", One);
        var other = _shared.NewClient();
        client.Send(Query(sql));
        server.Say([.. CommandComplete(tag), .. Ready]);

        Assert.Equal("B(,pgoauth_unknown_a) S", client.Send([.. Bind("", "a"), .. Sync]));
        server.Say([.. Failure("26000"), .. Ready]);
        client.Leave(server);
        other.Use(server);
        Assert.EndsWith($"P({_shared.Name(One)},{One}) S", other.Send([.. Parse(One, "x"), .. Sync]), StringComparison.Ordinal);
    }

    [Fact]
    public void RemovalOfAll_BeforeItsReply_MakesNothingCertain()
    {
        var (client, server) = Prepared("a", One);
        var name = _shared.Name(One);

        Assert.Equal($"Q(deallocate all) C(S{name}) P({name},{One}) S", client.Send([.. Query("deallocate all"), .. Parse(One, "b"), .. Sync]));
        Assert.Equal("C(DEALLOCATE ALL) Z(I) 1 Z(I)", server.Say([.. CommandComplete("DEALLOCATE ALL"), .. Ready, .. CloseDone, .. ParseDone, .. Ready]));
        Assert.Equal($"B(,{name}) S", client.Send([.. Bind("", "b"), .. Sync]));
    }

    [Fact]
    public void Effects_OfWhatIsParsedBoundOrQueried_AreTheConnections()
    {
        var (client, server) = Prepared("a", "listen x");
        Assert.Equal(SessionEffects.Touched, server.Conversation.Effects);
        client.Leave(server);
        var second = _shared.NewServer();
        client.Use(second).Send([.. Bind("", "a"), .. Sync]);
        Assert.Equal(SessionEffects.Touched, second.Conversation.Effects);
        var third = _shared.NewServer();
        _shared.NewClient().Use(third).Send(Query("select setseed(0.5)"));

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
        }

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

    private (SharedConnections.Client Client, SharedConnections.Server Server) Attached()
    {
        var server = _shared.NewServer();
        return (_shared.NewClient().Use(server), server);
    }

    private (SharedConnections.Client Client, SharedConnections.Server Server) Prepared(string name, string sql)
    {
        var (client, server) = Attached();
        client.Send([.. Parse(sql, name), .. Sync]);
        Assert.Equal("1 Z(I)", server.Say([.. ParseDone, .. Ready]));
        return (client, server);
    }
}
