using PgOAuth.Sessions;
using Xunit;
using static PgOAuth.Testing.FrontendMessages;
using static PgOAuth.Testing.Upstream.BackendMessages;

namespace PgOAuth.Relay;

/// <summary>Named statements in transaction mode: whose they are, where they are, and what PostgreSQL is told.</summary>
public sealed class PreparedStatementTests : SharedConnectionTestBase
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(int.MaxValue)]
    public void NamedStatement_IsParsedUnderTheServersNameAndBoundByIt(int pieces)
    {
        Shared.Pieces = pieces;
        var (client, server) = Attached();
        var name = Shared.Name(One);

        Assert.Equal($"P({name},{One}) B(,{name}) D(S{name}) E() S", client.Send([.. Parse(One, "a"), .. Bind("", "a"), .. Describe("a"), .. Execute(), .. Sync]));
        Assert.Equal("1 2 t T C(SELECT 1) Z(I)", server.Say([.. ParseDone, .. BindDone, .. Message('t', 0, 0), .. RowDescription("a"), .. Done, .. Ready]));
        client.Leave(server);
    }

    [Fact]
    public void KnownStatement_IsNotParsedAgain_AndTheClientStillGetsParseComplete()
    {
        var (client, server) = Prepared("a", One);
        client.Leave(server);
        var other = Shared.NewClient().Use(server);

        Assert.Equal($"C(Ppgoauth_no_portal) B(,{Shared.Name(One)}) E() S", other.Send([.. Parse(One, "b"), .. Bind("", "b"), .. Execute(), .. Sync]));
        Assert.Equal("1 2 C(SELECT 1) Z(I)", server.Say([.. CloseDone, .. BindDone, .. Done, .. Ready]));
        other.Leave(server);
    }

    [Fact]
    public void Statement_OnAServerThatDoesNotHaveIt_IsParsedInFrontForNobodyToSee()
    {
        var (client, server) = Prepared("a", One);
        client.Leave(server);
        var second = Shared.NewServer();
        client.Use(second);
        var name = Shared.Name(One);

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
        Assert.DoesNotContain(Shared.Name("select $1"), sent, StringComparison.Ordinal);
    }

    [Fact]
    public void Bind_OfAGigabyte_StreamsBehindItsNewNames()
    {
        var (client, server) = Prepared("a", One);
        var name = Shared.Name(One);
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
        Assert.Equal($"B(,{Shared.Name(One)}) S", client.Send([.. Bind("", "a"), .. Sync]));
    }

    [Fact]
    public void A26_ClosedName_CanBeGivenToAnotherStatementAndTheFirstStaysForOthers()
    {
        var (client, server) = Prepared("a", One);

        Assert.Equal($"C(Ppgoauth_no_portal) P({Shared.Name(Two)},{Two}) B(,{Shared.Name(Two)}) S", client.Send([.. CloseStatement("a"), .. Parse(Two, "a"), .. Bind("", "a"), .. Sync]));
        Assert.Equal("3 1 2 Z(I)", server.Say([.. CloseDone, .. ParseDone, .. BindDone, .. Ready]));
        Assert.Equal($"B(,{Shared.Name(Two)}) S", client.Send([.. Bind("", "a"), .. Sync]));
    }

    [Fact]
    public void NamesThatDifferBehindTheServersLimit_AreOne()
    {
        var (client, _) = Prepared(new string('n', 63) + "1", One);

        Assert.Equal($"B(,{Shared.Name(One)}) S", client.Send([.. Bind("", new string('n', 63) + "2"), .. Sync]));
    }

    [Fact]
    public void A19_ParseThatFails_LeavesNeitherNameNorStatement()
    {
        var (client, server) = Attached();
        client.Send([.. Parse(One, "a"), .. Bind("", "a"), .. Sync]);
        Assert.Equal("E(SERROR) Z(I)", server.Say([.. Failure(), .. Ready]));

        Assert.Equal("B(,pgoauth_unknown_a) S", client.Send([.. Bind("", "a"), .. Sync]));
        Assert.Equal($"P({Shared.Name(One)},{One}) S", client.Send([.. Parse(One, "a"), .. Sync]));
    }

    [Fact]
    public void A19_ParseThatWasDiscarded_IsSentAgainByTheNextBatch()
    {
        var (client, server) = Attached();
        var name = Shared.Name(One);
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

        Assert.Equal($"B(,{Shared.Name(One)}) S", client.Send([.. Bind("", "a"), .. Sync]));
    }

    [Fact]
    public void A19_WhatIsSentBehindAnErrorBeforeSync_ChangesNothing()
    {
        var (client, server) = Prepared("a", One);
        client.Send(Parse("select nonsense", "x"));
        server.Say(Failure());

        client.Send([.. Parse(Two, "b"), .. CloseStatement("a"), .. Bind("", "b"), .. Sync]);
        Assert.Equal("Z(I)", server.Say(Ready));

        Assert.Equal($"B(,{Shared.Name(One)}) B(,pgoauth_unknown_b) S", client.Send([.. Bind("", "a"), .. Bind("", "b"), .. Sync]));
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
}
