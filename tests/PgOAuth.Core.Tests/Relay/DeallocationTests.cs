using Xunit;
using static PgOAuth.Testing.FrontendMessages;
using static PgOAuth.Testing.Upstream.BackendMessages;

namespace PgOAuth.Relay;

/// <summary>Prepared statements that go, or must be parsed anew, in transaction mode.</summary>
public sealed class DeallocationTests : SharedConnectionTestBase
{
    [Fact]
    public void ChangedResultType_IsParsedAnewBeforeItsNextUse()
    {
        var (client, server) = Prepared("a", One);
        var name = Shared.Name(One);
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
            Assert.Equal($"C(S{Shared.Name(sql)}) P({Shared.Name(sql)},{sql}) B(,{Shared.Name(sql)}) S", client.Send([.. Bind("", name), .. Sync]));
        }
    }

    // What the name stands for, nobody knows before the server has said that the old ones are gone.
    [Theory]
    [InlineData("DISCARD ALL")]
    [InlineData("DEALLOCATE ALL")]
    public void NamesBehindTheEndOfAll_WaitForTheServersWord(string all)
    {
        var (client, server) = Prepared("a", One);

        Assert.Equal($"Q({all})", client.Send([.. Query(all), .. Parse(Two, "a"), .. Bind("", "a"), .. Sync]));
        Assert.Equal($"C({all}) Z(I)", server.Say([.. CommandComplete(all), .. Ready]));
        Assert.Equal($"P({Shared.Name(Two)},{Two}) B(,{Shared.Name(Two)}) S S", client.Send(Sync));
        Assert.Equal("1 2 Z(I) Z(I)", server.Say([.. ParseDone, .. BindDone, .. Ready, .. Ready]));

        Assert.Equal($"B(,{Shared.Name(Two)}) S", client.Send([.. Bind("", "a"), .. Sync]));
    }

    [Fact]
    public void NamesBehindTheEndOfAll_AreWhatTheyWere_WhenItFails()
    {
        var (client, server) = Prepared("a", One);

        Assert.Equal("Q(DISCARD ALL)", client.Send([.. Query("DISCARD ALL"), .. Bind("", "a"), .. Sync]));
        Assert.Equal("E(SERROR) Z(I)", server.Say([.. Failure("25001"), .. Ready]));

        Assert.EndsWith($"B(,{Shared.Name(One)}) S S", client.Send(Sync), StringComparison.Ordinal);
    }

    [Fact]
    public void NamesBehindABatchThatEndsAll_WaitForItsSync()
    {
        var (client, server) = Prepared("a", One);

        Assert.Equal("P(,DEALLOCATE ALL) B(,) E() S", client.Send([.. Parse("DEALLOCATE ALL"), .. Bind(), .. Execute(), .. Sync, .. Parse(Two, "a"), .. Sync]));
        Assert.Equal("1 2 C(DEALLOCATE ALL) Z(I)", server.Say([.. ParseDone, .. BindDone, .. CommandComplete("DEALLOCATE ALL"), .. Ready]));
        Assert.Equal($"P({Shared.Name(Two)},{Two}) S S", client.Send(Sync));
    }

    [Fact]
    public void UnnamedStatementsBehindTheEndOfAll_DoNotWait()
    {
        var (client, server) = Prepared("a", One);

        Assert.Equal($"Q(DISCARD ALL) P(,{Two}) B(,) S", client.Send([.. Query("DISCARD ALL"), .. Parse(Two), .. Bind(), .. Sync, .. CloseStatement("a"), .. Sync]));
        server.Say([.. CommandComplete("DISCARD ALL"), .. Ready]);
        Assert.EndsWith("S S", client.Send(Sync), StringComparison.Ordinal);
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

        Assert.Equal($"B(,{Shared.Name(One)}) S", client.Send([.. Bind("", "a"), .. Sync]));
    }

    [Fact]
    public void DeallocateAsAStatement_RemovesTheNameWhenItIsBound()
    {
        var (client, server) = Prepared("a", One);
        var standIn = Shared.Name("DEALLOCATE pgoauth_stand_in");

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
        var other = Shared.NewClient();
        client.Send(Query(sql));
        server.Say([.. CommandComplete(tag), .. Ready]);

        Assert.Equal("B(,pgoauth_unknown_a) S", client.Send([.. Bind("", "a"), .. Sync]));
        server.Say([.. Failure("26000"), .. Ready]);
        client.Leave(server);
        other.Use(server);
        Assert.EndsWith($"P({Shared.Name(One)},{One}) S", other.Send([.. Parse(One, "x"), .. Sync]), StringComparison.Ordinal);
    }

    [Fact]
    public void RemovalOfAll_InTheSameBatch_MakesNothingCertain()
    {
        var (client, server) = Prepared("a", One);
        var name = Shared.Name(One);

        Assert.Equal(
            $"P(,deallocate all) B(,) E() C(S{name}) P({name},{One}) S",
            client.Send([.. Parse("deallocate all"), .. Bind(), .. Execute(), .. Parse(One, "b"), .. Sync]));
        Assert.Equal(
            "1 2 C(DEALLOCATE ALL) 1 Z(I)",
            server.Say([.. ParseDone, .. BindDone, .. CommandComplete("DEALLOCATE ALL"), .. CloseDone, .. ParseDone, .. Ready]));
        Assert.Equal($"B(,{name}) S", client.Send([.. Bind("", "b"), .. Sync]));
    }
}
