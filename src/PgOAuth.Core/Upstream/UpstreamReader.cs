using PgOAuth.Protocol;
using PgOAuth.Sessions;

namespace PgOAuth.Upstream;

/// <summary>Stage 5: reads a server's messages until the session is ready, under caps, and keeps those the client shall see.</summary>
internal sealed class UpstreamReader(MessageChannel channel) : IDisposable
{
    /// <summary>Longest message of a login; libpq takes no longer ErrorResponse either (fe-connect.c, MAX_ERRLEN 30,000).</summary>
    internal const int MaxMessageBytes = 30_000;

    /// <summary>All messages of a login together: a server that sends notices without end is cut off (A32).</summary>
    internal const int MaxTotalBytes = 256 * 1024;

    private readonly MessageWriter _kept = new();
    private int _total;

    /// <summary>The message that was read last.</summary>
    internal MessageFrame Frame => channel.Frame;

    /// <summary>Waits for the next message.</summary>
    internal async ValueTask<UpstreamStep> ReadAsync(CancellationToken cancellationToken)
    {
        switch (await channel.ReadFrameAsync(MaxMessageBytes, cancellationToken).ConfigureAwait(false))
        {
            case FrameReadStatus.Frame:
                _total += channel.Frame.Body.Length + ProtocolConstants.HeaderLength;
                return _total <= MaxTotalBytes ? UpstreamStep.Done : UpstreamStep.Violation("the server sent too much before it was ready");
            case FrameReadStatus.EndOfStream:
                return UpstreamStep.Failed(SessionEndReason.UpstreamUnreachable, "the server closed the connection during login");
            default:
                return UpstreamStep.Violation("the server sent a message of an impossible length during login");
        }
    }

    /// <summary>Keeps the message for the client.</summary>
    internal void Keep()
    {
        var frame = channel.Frame;
        _kept.BeginMessage(frame.Type);
        _kept.WriteBytes(frame.Body);
        _kept.EndMessage();
    }

    internal byte[] TakeKept() => _kept.WrittenSpan.ToArray();

    public void Dispose() => _kept.Dispose();
}
