using PgOAuth.Testing.Relay;
using Xunit;
using static PgOAuth.Testing.FrontendMessages;
using static PgOAuth.Testing.Upstream.BackendMessages;

namespace PgOAuth.Relay;

/// <summary>When a session lets go of its server connection.</summary>
public sealed class SessionRelayTests
{
    private static readonly RelayConversation Simple = new(
        Query("select 1"), [.. RowDescription("a"), .. DataRow("1"), .. CommandComplete("SELECT 1"), .. ReadyForQuery()]);

    // The server is idle as soon as its ReadyForQuery was read, and not before it was written may anybody else have the connection.
    [Theory]
    [InlineData("flush")]
    [InlineData("half")]
    [InlineData("copy")]
    public void B01_WhatAClientSaysBeforeItTookItsReply_GivesNothingBack(string what)
    {
        using var rig = new RelayRig(Simple, isMultiplexed: true);
        var taken = new TaskCompletionSource();
        rig.Ask(taken.Task);

        rig.Say(what switch { "flush" => Message('H'), "half" => Query("select 2").AsMemory(0, 3), _ => CopyData(1) });
        Assert.Equal(0, rig.GivenBack);

        taken.SetResult();
        Assert.Equal(1, rig.GivenBack);
    }

    [Fact]
    public void B01_ClientThatLeavesWhileItsReplyIsWritten_LeavesTheConnectionToNobody()
    {
        using var rig = new RelayRig(Simple, isMultiplexed: true);
        var taken = new TaskCompletionSource();
        rig.Ask(taken.Task);

        rig.Leave();

        Assert.Equal((0, 1), (rig.GivenBack, rig.Discarded));
        taken.SetException(new IOException("reset"));
        Assert.Equal((0, 1), (rig.GivenBack, rig.Discarded));
    }

    [Fact]
    public void ClientThatTakesItsReply_GivesTheConnectionBack()
    {
        using var rig = new RelayRig(Simple, isMultiplexed: true);

        rig.RoundTrip();
        rig.RoundTrip();

        Assert.Equal((2, 0), (rig.GivenBack, rig.Discarded));
    }
}
