namespace PgOAuth.Protocol;

/// <summary>What came of waiting for a message. <c>default</c> is the end.</summary>
internal enum FrameReadStatus
{
    /// <summary>The peer closed the connection, between messages or inside one.</summary>
    EndOfStream,

    /// <summary>The length is below four, negative or above the cap of this state.</summary>
    InvalidLength,

    /// <summary>A whole message is in the buffer.</summary>
    Frame,
}
