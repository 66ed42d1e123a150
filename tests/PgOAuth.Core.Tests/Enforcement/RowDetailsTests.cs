using System.Text;
using PgOAuth.Protocol;
using PgOAuth.Protocol.Backend;
using Xunit;
using static PgOAuth.Testing.Upstream.BackendMessages;

namespace PgOAuth.Enforcement;

public sealed class RowDetailsTests
{
    private const string Fields = "SERROR\0VERROR\0C23502\0Mnull value\0DFailing row contains (1, canary).\0Ha hint\0sapp\0tperson\0ncheck\0";

    [Theory]
    [InlineData("23502", true)]
    [InlineData("23503", true)]
    [InlineData("23505", true)]
    [InlineData("23514", true)]
    [InlineData("23P01", true)]
    [InlineData("44000", true)]
    [InlineData("42501", false)]
    [InlineData("22P02", false)]
    [InlineData("", false)]
    public void D41_ErrorsThatShowRows_AreThoseOfConstraints(string state, bool expected) =>
        Assert.Equal(expected, RowDetails.AreShownBy(Encoding.ASCII.GetBytes(state)));

    [Fact]
    public void D41_NobodyKnowsTheTable_HidesTheRow() => Assert.False(RowDetails.MayBeShown(null, "app"u8, "person"u8));

    [Fact]
    public void D41_ErrorWithoutDetail_HasEveryOtherField()
    {
        var message = Message('E', [.. Encoding.UTF8.GetBytes(Fields), 0]);
        var frame = new MessageFrame((byte)'E', message.AsSpan(5));
        Assert.True(ErrorResponse.TryParse(frame, out var error));
        Assert.Equal("app", Encoding.UTF8.GetString(error.Schema));
        Assert.Equal("person", Encoding.UTF8.GetString(error.Table));

        using var output = new MessageWriter();
        ErrorResponse.WriteWithoutDetail(output, frame);
        var expected = Message('E', [.. Encoding.UTF8.GetBytes(Fields.Replace("DFailing row contains (1, canary).\0", "", StringComparison.Ordinal)), 0]);
        Assert.Equal(expected, output.WrittenSpan.ToArray());
    }
}
