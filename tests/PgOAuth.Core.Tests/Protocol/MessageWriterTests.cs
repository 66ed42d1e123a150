using PgOAuth.Testing.Upstream;
using Xunit;

namespace PgOAuth.Protocol;

public sealed class MessageWriterTests
{
    [Fact]
    public void Message_HasItsLength()
    {
        using var writer = new MessageWriter();

        writer.BeginMessage((byte)'Q');
        writer.WriteCString("süß");
        writer.EndMessage();
        writer.BeginUntypedMessage();
        writer.WriteInt16(-1);
        writer.WriteInt32(int.MinValue);
        writer.EndMessage();

        Assert.Equal([.. BackendMessages.Message('Q', BackendMessages.CString("süß")), 0, 0, 0, 10, 0xff, 0xff, 0x80, 0, 0, 0], writer.WrittenSpan.ToArray());
    }

    [Fact]
    public void Growth_KeepsEveryByte()
    {
        using var writer = new MessageWriter(1);
        var expected = new List<byte>();
        for (var i = 0; i < 10_000; i++)
        {
            writer.WriteByte((byte)i);
            writer.WriteInt32(i);
            expected.Add((byte)i);
            expected.AddRange(BackendMessages.Int32(i));
        }

        Assert.Equal(expected, writer.WrittenMemory.ToArray());
    }

    [Fact]
    public void NulInsideAString_IsRefused()
    {
        using var writer = new MessageWriter();

        Assert.Throws<ArgumentException>(() => writer.WriteCString("role\0postgres"));
        Assert.Equal(0, writer.Length);
    }

    [Fact]
    public void MessageInsideAMessage_IsRefused()
    {
        using var writer = new MessageWriter();
        writer.BeginMessage((byte)'Q');

        Assert.Throws<InvalidOperationException>(() => writer.BeginMessage((byte)'Q'));
    }

    [Fact]
    public void Clear_WipesAndStartsOver()
    {
        using var writer = new MessageWriter();
        writer.BeginMessage((byte)'p');
        writer.WriteCString("secret");
        var memory = writer.WrittenMemory;

        writer.Clear();

        Assert.Equal(0, writer.Length);
        Assert.All(memory.ToArray(), static b => Assert.Equal(0, b));
        writer.BeginMessage((byte)'Q');
        writer.EndMessage();
        Assert.Equal([(byte)'Q', 0, 0, 0, 4], writer.WrittenSpan.ToArray());
    }

    [Fact]
    public void BufferWriter_AppendsWhatIsAdvanced()
    {
        using var writer = new MessageWriter(1);
        writer.WriteByte(1);

        writer.GetSpan(1_000)[0] = 2;
        writer.Advance(1);
        writer.GetMemory().Span[0] = 3;
        writer.Advance(1);

        Assert.Equal([1, 2, 3], writer.WrittenSpan.ToArray());
    }
}
