using PgOAuth.Sessions;

namespace PgOAuth.Relay;

/// <summary>What becomes of one message. <c>default</c> ends the session. Fits two registers: it is returned for each message.</summary>
internal readonly struct FrameDisposition
{
    private readonly Refusal? _end;

    private FrameDisposition(FrameKind kind, int count = 0, Refusal? end = null)
    {
        Kind = kind;
        Count = count;
        _end = end;
    }

    internal FrameKind Kind { get; }

    /// <summary>Bytes of the message, its header included, that are replaced or that are needed.</summary>
    internal int Count { get; }

    /// <summary>Why the session ends, if it does.</summary>
    internal Refusal End => _end ?? Unexplained;

    internal static FrameDisposition Pass => new(FrameKind.Pass);

    internal static FrameDisposition Inspect => new(FrameKind.Inspect);

    internal static FrameDisposition InspectHead => new(FrameKind.InspectHead);

    internal static FrameDisposition NeedServer => new(FrameKind.NeedServer);

    internal static FrameDisposition NeedPolicy => new(FrameKind.NeedPolicy);

    internal static FrameDisposition NeedReply => new(FrameKind.NeedReply);

    internal static FrameDisposition Replace => new(FrameKind.Replace);

    private static Refusal Unexplained { get; } = new(SessionEndReason.InternalError, "no disposition for this message");

    internal static FrameDisposition NeedMore(int count) => new(FrameKind.NeedMore, count);

    internal static FrameDisposition ReplaceHead(int count) => new(FrameKind.ReplaceHead, count);

    internal static FrameDisposition Refuse(SessionEndReason reason, string? detail = null) => new(FrameKind.Refuse, end: new Refusal(reason, detail));
}
