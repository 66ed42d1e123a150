using PgOAuth.Sessions;
using Xunit;

namespace PgOAuth.Sessions;

public sealed class SessionEndReasonInfoTests
{
    [Fact]
    public void Of_EveryReason_HasItsOwnEntry()
    {
        var reasons = Enum.GetValues<SessionEndReason>();
        var words = reasons.Select(static reason => SessionEndReasonInfo.Of(reason).Word).ToList();

        Assert.Equal(words.Count, words.Distinct(StringComparer.Ordinal).Count());
        Assert.All(words, static word => Assert.Matches("^[a-z_]+$", word));
    }

    [Fact]
    public void Of_EveryReasonThatTellsTheClient_HasAStateOfFiveCharactersAndAMessage()
    {
        foreach (var info in Enum.GetValues<SessionEndReason>().Select(SessionEndReasonInfo.Of))
        {
            Assert.Equal(info.SqlState is null, info.ClientMessage is null);
            if (info.SqlState is not null)
            {
                Assert.Matches("^[0-9A-Z]{5}$", info.SqlState);
            }
        }
    }

    [Fact]
    public void Of_AReasonThatDoesNotExist_IsAnInternalError() =>
        Assert.Equal("internal_error", SessionEndReasonInfo.Of((SessionEndReason)9999).Word);

    [Theory]
    [InlineData(SessionEndReason.TokenRefused, "28000")]
    [InlineData(SessionEndReason.TokenExpired, "28000")]
    [InlineData(SessionEndReason.RoleNotGranted, "28000")]
    [InlineData(SessionEndReason.ScopeMissing, "42501")]
    [InlineData(SessionEndReason.ProtocolViolation, "08P01")]
    [InlineData(SessionEndReason.UpstreamUnreachable, "08006")]
    [InlineData(SessionEndReason.TooManyConnections, "53300")]
    [InlineData(SessionEndReason.ProxyStopping, "57P01")]
    public void Of_TheReasonsThatAreDocumented_HaveTheirSqlState(SessionEndReason reason, string sqlState) =>
        Assert.Equal(sqlState, SessionEndReasonInfo.Of(reason).SqlState);
}
