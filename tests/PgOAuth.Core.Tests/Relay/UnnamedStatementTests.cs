using Xunit;
using static PgOAuth.Testing.FrontendMessages;
using static PgOAuth.Testing.Upstream.BackendMessages;

namespace PgOAuth.Relay;

/// <summary>The unnamed statement in transaction mode: the server has one, each client has its own.</summary>
public sealed class UnnamedStatementTests : SharedConnectionTestBase
{
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
        var other = Shared.NewClient().Use(server);
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

    [Fact]
    public void DeniedParse_TakesNoNameAndHarmsNoStatement()
    {
        var (client, server) = Prepared("a", One);

        Assert.StartsWith("P(,pgoauth_denied_", client.Send([.. Parse("set role x", "b"), .. Sync]), StringComparison.Ordinal);
        server.Say([.. Failure(), .. Ready]);

        Assert.Equal($"B(,{Shared.Name(One)}) B(,pgoauth_unknown_b) S", client.Send([.. Bind("", "a"), .. Bind("", "b"), .. Sync]));
    }
}
