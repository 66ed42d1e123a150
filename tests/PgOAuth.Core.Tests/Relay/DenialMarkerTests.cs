using System.Text;
using PgOAuth.Enforcement;
using PgOAuth.Protocol;
using Xunit;

namespace PgOAuth.Relay;

public sealed class DenialMarkerTests
{
    private readonly DenialMarker _marker = new();

    [Fact]
    public void EachDenial_IsReadByItsNumber()
    {
        var texts = new[] { StatementDenial.RoleChange, StatementDenial.TooLong, StatementDenial.Policy }.Select(Write).ToList();

        Assert.Equal(3, texts.Distinct().Count());
        Assert.Equal([StatementDenial.RoleChange, StatementDenial.TooLong, StatementDenial.Policy], texts.Select(Read));
        Assert.Equal(0, _marker.Count);
    }

    [Fact]
    public void A20_DenialsThatTheServerDiscarded_AreSkipped()
    {
        Write(StatementDenial.RoleChange);
        Write(StatementDenial.TooLong);
        var third = Write(StatementDenial.Policy);
        Write(StatementDenial.Outdated);

        Assert.Equal(StatementDenial.Policy, Read(third));
        Assert.Equal(1, _marker.Count);
    }

    [Fact]
    public void NumberThatIsOver_OrWasNeverGiven_IsADenialWithoutAReason()
    {
        var first = Write(StatementDenial.RoleChange);
        Assert.Equal(StatementDenial.RoleChange, Read(first));
        Assert.Equal(StatementDenial.Unspecified, Read(first));
        Assert.Equal(StatementDenial.Unspecified, Read(first[..^8] + "ffffffff"));
        Assert.Equal(StatementDenial.Unspecified, Read(first[..^8] + "zzzzzzzz"));
    }

    [Theory]
    [InlineData("syntax error at or near \"selec\"")]
    [InlineData("syntax error at or near \"pgoauth_denied_\"")]
    [InlineData("pgoauth_denied_00112233445566778899aabb_00000001")]
    [InlineData("")]
    public void OtherErrors_AreNobodys(string message)
    {
        Write(StatementDenial.RoleChange);

        Assert.False(_marker.TryRead(Encoding.UTF8.GetBytes(message), out var denial));
        Assert.Null(denial);
        Assert.Equal(1, _marker.Count);
    }

    [Fact]
    public void ThePrefixOfThisSession_CutOff_IsNoDenial()
    {
        var text = Write(StatementDenial.RoleChange);
        for (var length = 0; length < text.Length; length++)
        {
            Assert.False(_marker.TryRead(Encoding.UTF8.GetBytes(text[..length]), out _));
        }
    }

    [Fact]
    public void ThePrefixOfAnotherSession_IsNoDenial()
    {
        var other = new DenialMarker();
        var text = Write(StatementDenial.RoleChange);

        Assert.False(other.TryRead(Encoding.UTF8.GetBytes(text), out _));
    }

    [Fact]
    public void Clear_ForgetsWhatIsNotAnsweredAnyMore()
    {
        var first = Write(StatementDenial.RoleChange);
        _marker.Clear();
        var second = Write(StatementDenial.TooLong);

        Assert.NotEqual(first, second);
        Assert.Equal(StatementDenial.TooLong, Read(second));
    }

    [Fact]
    public void EveryForm_CarriesTheMarkerWherePostgreSqlQuotesIt()
    {
        var output = new MessageWriter();
        _marker.WriteParse(output, "mine"u8, Denial.Of(StatementDenial.RoleChange));
        _marker.WriteBind(output, Denial.Of(StatementDenial.Outdated));
        _marker.WriteExecute(output, Denial.Of(StatementDenial.NoCatalog));
        var text = Encoding.ASCII.GetString(output.WrittenSpan);

        Assert.Equal(3, text.Split("pgoauth_denied_").Length - 1);
        Assert.Equal(["P", "B", "E"], SharedConnections.Describe(output.WrittenSpan.ToArray()).Split(' ').Select(static part => part[..1]));
        Assert.Equal(3, _marker.Count);
    }

    /// <summary>The error that PostgreSQL makes of it quotes this.</summary>
    private string Write(StatementDenial reason)
    {
        var output = new MessageWriter();
        _marker.WriteQuery(output, Denial.Of(reason));
        Assert.Equal((byte)'Q', output.WrittenSpan[0]);
        return Encoding.ASCII.GetString(output.WrittenSpan[5..^1]);
    }

    private StatementDenial Read(string text)
    {
        Assert.True(_marker.TryRead(Encoding.UTF8.GetBytes($"syntax error at or near \"{text}\""), out var denial));
        return denial.Reason;
    }
}
