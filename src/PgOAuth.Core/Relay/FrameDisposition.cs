using PgOAuth.Sessions;

namespace PgOAuth.Relay;

/// <summary>What becomes of one message. <c>default</c> ends the session.</summary>
internal readonly struct FrameDisposition
{
    private FrameDisposition(FrameKind kind, SessionEndReason end, string? detail)
    {
        Kind = kind;
        End = end;
        Detail = detail;
    }

    internal FrameKind Kind { get; }

    internal SessionEndReason End { get; }

    internal string? Detail { get; }

    internal static FrameDisposition Pass => new(FrameKind.Pass, SessionEndReason.None, null);

    internal static FrameDisposition Inspect => new(FrameKind.Inspect, SessionEndReason.None, null);

    internal static FrameDisposition Replace => new(FrameKind.Replace, SessionEndReason.None, null);

    internal static FrameDisposition PassAndEnd(SessionEndReason reason) => new(FrameKind.PassAndEnd, reason, null);

    internal static FrameDisposition Refuse(SessionEndReason reason, string detail) => new(FrameKind.Refuse, reason, detail);
}
