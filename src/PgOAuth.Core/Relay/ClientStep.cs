using PgOAuth.Diagnostics;
using PgOAuth.Enforcement;
using PgOAuth.Protocol;
using PgOAuth.Protocol.Frontend;
using PgOAuth.Sessions;
using Types = PgOAuth.Protocol.MessageTypes.Frontend;

namespace PgOAuth.Relay;

/// <summary>Stage 6: client to server. Knows every frontend message; an unknown one ends the session (A17).</summary>
internal sealed class ClientStep : RelayStep
{
    private readonly RelayState _state;
    private readonly DenialMarker _marker;
    private readonly SessionStateGuard? _guard;
    private readonly PgOAuthMetrics _metrics;
    private readonly uint _maxStatement;

    internal ClientStep(RelayState state, DenialMarker marker, SessionStateGuard? guard, int maxStatementBytes, PgOAuthMetrics metrics)
        : base(Types.CopyData, Types.CopyData, ProtocolConstants.LargeMessageLimit)
    {
        _state = state;
        _marker = marker;
        _guard = guard;
        _metrics = metrics;
        _maxStatement = (uint)maxStatementBytes;
    }

    protected override FrameDisposition Classify(byte type, uint length)
    {
        // The server's own limits (SocketBackend in postgres.c); checked unsigned, before anything is allocated (A14).
        var limit = type is Types.Query or Types.Parse or Types.Bind or Types.FunctionCall or Types.CopyData
            ? ProtocolConstants.LargeMessageLimit
            : ProtocolConstants.SmallMessageLimit;
        if (length < 4 || length - 4 > (uint)limit)
        {
            return FrameDisposition.Refuse(SessionEndReason.ProtocolViolation, "invalid message length");
        }

        switch (type)
        {
            case Types.Query:
                _state.ReplyOwed();
                return _guard is null ? FrameDisposition.Pass : length > _maxStatement ? DenyLongQuery() : FrameDisposition.Inspect;

            case Types.Parse:
                _state.ExtendedStarted();
                return _guard is null ? FrameDisposition.Pass : length > _maxStatement ? DenyLongParse() : FrameDisposition.Inspect;

            case Types.FunctionCall:
                _state.ReplyOwed();
                Deny(StatementDenial.FunctionCall);
                _marker.WriteQuery(Replacement, StatementDenial.FunctionCall);
                return FrameDisposition.Replace;

            case Types.Sync:
                _state.ReplyOwed();
                return FrameDisposition.Pass;

            case Types.Bind or Types.Describe or Types.Execute or Types.Close or Types.Flush:
                _state.ExtendedStarted();
                return FrameDisposition.Pass;

            case Types.CopyData or Types.CopyDone or Types.CopyFail:
                return FrameDisposition.Pass;

            case Types.Terminate:
                return length == 4 ? FrameDisposition.Inspect : FrameDisposition.Refuse(SessionEndReason.ProtocolViolation, "invalid message length");

            default:
                return FrameDisposition.Refuse(SessionEndReason.ProtocolViolation, "invalid frontend message type");
        }
    }

    protected override FrameDisposition Inspect(in MessageFrame frame)
    {
        switch (frame.Type)
        {
            case Types.Query:
                return !Query.TryParse(frame, out var query)
                    ? FrameDisposition.Refuse(SessionEndReason.ProtocolViolation, "invalid Query message")
                    : InspectQuery(query);

            case Types.Parse:
                return !Parse.TryParse(frame, out var parse)
                    ? FrameDisposition.Refuse(SessionEndReason.ProtocolViolation, "invalid Parse message")
                    : InspectParse(parse);

            case Types.Terminate:
                return FrameDisposition.PassAndEnd(SessionEndReason.ClientTerminated);

            default:
                return FrameDisposition.Refuse(SessionEndReason.InternalError, "no inspection for this message");
        }
    }

    private FrameDisposition InspectQuery(in Query query)
    {
        var verdict = _guard!.Check(query.Sql);
        if (verdict.IsAllowed)
        {
            return FrameDisposition.Pass;
        }

        Deny(verdict.Denial);
        _marker.WriteQuery(Replacement, verdict.Denial);
        return FrameDisposition.Replace;
    }

    private FrameDisposition InspectParse(in Parse parse)
    {
        var verdict = _guard!.Check(parse.Sql);
        if (verdict.IsAllowed)
        {
            return FrameDisposition.Pass;
        }

        Deny(verdict.Denial);
        _marker.WriteParse(Replacement, parse.StatementName, verdict.Denial);
        return FrameDisposition.Replace;
    }

    private FrameDisposition DenyLongQuery()
    {
        Deny(StatementDenial.TooLong);
        _marker.WriteQuery(Replacement, StatementDenial.TooLong);
        return FrameDisposition.Replace;
    }

    private FrameDisposition DenyLongParse()
    {
        // The name is in the body that is not read; the failed Parse makes the server skip to Sync whatever its name.
        Deny(StatementDenial.TooLong);
        _marker.WriteParse(Replacement, default, StatementDenial.TooLong);
        return FrameDisposition.Replace;
    }

    private void Deny(StatementDenial denial) => _metrics.StatementDenied(denial);
}
