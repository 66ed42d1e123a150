using PgOAuth.Protocol.Backend;
using PgOAuth.Protocol.Frontend;
using PgOAuth.Testing.Upstream;
using PgOAuth.Testing.Wire;
using Xunit;

namespace PgOAuth.Protocol;

public sealed class MessageParserTests
{
    [Fact]
    public void Fields_AreReadInOrder()
    {
        var parser = new MessageParser([7, 0xff, 0xfe, 0x80, 0, 0, 1, (byte)'a', (byte)'b', 0, 0, 5, 6]);

        Assert.True(parser.TryReadByte(out var b));
        Assert.True(parser.TryReadInt16(out var i16));
        Assert.True(parser.TryReadInt32(out var i32));
        Assert.True(parser.TryReadCString(out var text));
        Assert.True(parser.TryReadCString(out var empty));
        Assert.True(parser.TryReadBytes(2, out var bytes));
        Assert.True(parser.IsAtEnd);
        Assert.Equal((7, -2, int.MinValue + 1, "ab", 0), (b, i16, i32, System.Text.Encoding.ASCII.GetString(text), empty.Length));
        Assert.Equal([5, 6], bytes.ToArray());
    }

    [Fact]
    public void Fields_ThatAreNotThere_AreRefusedAndConsumeNothing()
    {
        var parser = new MessageParser([1]);

        Assert.False(parser.TryReadInt16(out _));
        Assert.False(parser.TryReadInt32(out _));
        Assert.False(parser.TryReadCString(out _));
        Assert.False(parser.TryReadBytes(2, out _));
        Assert.Equal(1, parser.Rest.Length);
        Assert.True(parser.TryReadByte(out _));
        Assert.False(parser.TryReadByte(out _));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    [InlineData(4)]
    public void A16_ImpossibleCount_IsRefused(int count)
    {
        var parser = new MessageParser([1, 2, 3]);

        Assert.False(parser.TryReadBytes(count, out var bytes));
        Assert.True(bytes.IsEmpty);
        Assert.Equal(3, parser.Rest.Length);
    }

    [Theory]
    [InlineData("select 1\0", true)]
    [InlineData("\0", true)]
    [InlineData("", false)]
    [InlineData("select 1", false)]
    [InlineData("select 1\0drop table t\0", false)]
    [InlineData("select 1\0\0", false)]
    public void A16_Query_IsExactlyOneString(string body, bool isValid) => Assert.Equal(isValid, Query.TryParse(Frame('Q', Bytes(body)), out _));

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(2, 8, true)]
    [InlineData(1, 3, false)]
    [InlineData(1, 5, false)]
    [InlineData(0, 1, false)]
    [InlineData(-1, 0, false)]
    [InlineData(-1, 4, false)]
    [InlineData(short.MinValue, 0, false)]
    [InlineData(short.MaxValue, 8, false)]
    public void A16_Parse_HasAsManyTypesAsItSays(short count, int bytes, bool isValid)
    {
        byte[] body = [.. Bytes("s\0select 1\0"), .. BackendMessages.Int16(count), .. new byte[bytes]];

        Assert.Equal(isValid, Frontend.Parse.TryParse(Frame('P', body), out _));
    }

    [Fact]
    public void A16_Parse_TruncatedAnywhere_IsRefused()
    {
        byte[] body = [.. Bytes("s\0select 1\0"), .. BackendMessages.Int16(1), 0, 0, 0, 23];
        for (var length = 0; length < body.Length; length++)
        {
            Assert.False(Frontend.Parse.TryParse(Frame('P', body[..length]), out _));
        }

        Assert.True(Frontend.Parse.TryParse(Frame('P', body), out var parse));
        Assert.Equal("select 1", System.Text.Encoding.ASCII.GetString(parse.Sql));
    }

    [Fact]
    public void A31_ErrorResponse_TruncatedAnywhereOrWithBytesBehind_IsRefused()
    {
        var body = BackendMessages.Error("28000", "no")[5..];
        for (var length = 0; length < body.Length; length++)
        {
            Assert.False(ErrorResponse.TryParse(Frame('E', body[..length]), out _));
        }

        Assert.False(ErrorResponse.TryParse(Frame('E', [.. body, 0]), out _));
        Assert.True(ErrorResponse.TryParse(Frame('E', body), out var error));
        Assert.Equal(("28000", "no", true), (error.SqlStateText(), error.MessageText(), error.IsFatal));
    }

    [Fact]
    public void ErrorResponse_ThatTheProxyWrites_IsReadBackByAClient()
    {
        using var writer = new MessageWriter();

        ErrorResponse.Write(writer, "FATAL", "28000", "no", "why", "do");

        Assert.Equal((byte)'E', writer.WrittenSpan[0]);
        Assert.Equal(new WireError("FATAL", "28000", "no", "why", "do"), WireError.Parse(writer.WrittenSpan[5..]));
    }

    [Theory]
    [InlineData("I", true)]
    [InlineData("T", true)]
    [InlineData("E", true)]
    [InlineData("", false)]
    [InlineData("X", false)]
    [InlineData("\0", false)]
    [InlineData("II", false)]
    public void ReadyForQuery_IsOneKnownByte(string body, bool isValid) => Assert.Equal(isValid, ReadyForQuery.TryParse(Frame('Z', Bytes(body)), out _));

    [Theory]
    [InlineData("a\0b\0", true)]
    [InlineData("a\0\0", true)]
    [InlineData("a\0b", false)]
    [InlineData("a\0", false)]
    [InlineData("", false)]
    [InlineData("a\0b\0c", false)]
    public void ParameterStatus_IsExactlyTwoStrings(string body, bool isValid) => Assert.Equal(isValid, ParameterStatus.TryParse(Frame('S', Bytes(body)), out _));

    [Fact]
    public void StartupMessage_TruncatedAnywhere_IsRefused()
    {
        var body = LoginMessages.GoodStartup[8..];
        for (var length = 0; length < body.Length; length++)
        {
            Assert.False(StartupMessage.TryParse(body.AsSpan(0, length), out _));
        }

        Assert.True(StartupMessage.TryParse(body, out var pairs));
        Assert.Equal([new("user", "app"), new("database", "shop")], pairs);
    }

    private static MessageFrame Frame(char type, byte[] body) => new((byte)type, body);

    private static byte[] Bytes(string text) => System.Text.Encoding.Latin1.GetBytes(text);
}
