namespace PgOAuth.Protocol;

/// <summary>One whole message: its type byte and its body. Valid until the reader that gave it is advanced.</summary>
internal readonly ref struct MessageFrame
{
    internal MessageFrame(byte type, ReadOnlySpan<byte> body)
    {
        Type = type;
        Body = body;
    }

    /// <summary>The type byte; see <see cref="MessageTypes"/>.</summary>
    internal byte Type { get; }

    /// <summary>What follows the length.</summary>
    internal ReadOnlySpan<byte> Body { get; }
}
