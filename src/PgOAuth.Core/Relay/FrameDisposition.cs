using PgOAuth.Sessions;

namespace PgOAuth.Relay;

/// <summary>What becomes of one message. <c>default</c> ends the session.</summary>
internal readonly struct FrameDisposition
{
    private FrameDisposition(FrameKind kind, SessionEndReason end = SessionEndReason.None, string? detail = null, int count = 0)
    {
        Kind = kind;
        Count = count;
        End = end;
        Detail = detail;
    }

    internal FrameKind Kind { get; }

    /// <summary>Bytes of the message, its header included, that are replaced or that are needed.</summary>
    internal int Count { get; }

    internal SessionEndReason End { get; }

    internal string? Detail { get; }

    internal static FrameDisposition Pass => new(FrameKind.Pass);

    internal static FrameDisposition Inspect => new(FrameKind.Inspect);

    internal static FrameDisposition InspectHead => new(FrameKind.InspectHead);

    internal static FrameDisposition NeedServer => new(FrameKind.NeedServer);

    internal static FrameDisposition Replace => new(FrameKind.Replace);

    internal static FrameDisposition NeedMore(int count) => new(FrameKind.NeedMore, count: count);

    internal static FrameDisposition ReplaceHead(int count) => new(FrameKind.ReplaceHead, count: count);

    internal static FrameDisposition PassAndEnd(SessionEndReason reason) => new(FrameKind.PassAndEnd, reason);

    internal static FrameDisposition Refuse(SessionEndReason reason, string? detail = null) => new(FrameKind.Refuse, reason, detail);
}
