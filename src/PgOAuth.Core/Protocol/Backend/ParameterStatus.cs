namespace PgOAuth.Protocol.Backend;

/// <summary>ParameterStatus: the value of a setting that the server reports. A view; valid until the frame is advanced.</summary>
internal readonly ref struct ParameterStatus
{
    private ParameterStatus(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Name = name;
        Value = value;
    }

    internal ReadOnlySpan<byte> Name { get; }

    internal ReadOnlySpan<byte> Value { get; }

    internal static bool TryParse(in MessageFrame frame, out ParameterStatus status)
    {
        var parser = new MessageParser(frame.Body);
        var isComplete = parser.TryReadCString(out var name) & parser.TryReadCString(out var value) && parser.IsAtEnd;
        status = new ParameterStatus(name, value);
        return isComplete;
    }

    internal static void Write(MessageWriter output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        output.BeginMessage(MessageTypes.Backend.ParameterStatus);
        output.WriteCString(name);
        output.WriteCString(value);
        output.EndMessage();
    }
}
