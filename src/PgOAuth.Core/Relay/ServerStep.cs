using PgOAuth.Enforcement;
using PgOAuth.Protocol;
using PgOAuth.Protocol.Backend;
using PgOAuth.Sessions;
using Types = PgOAuth.Protocol.MessageTypes.Backend;

namespace PgOAuth.Relay;

/// <summary>Stage 6: server to client. Knows every backend message; one that has no place here ends the session (A30).</summary>
internal sealed class ServerStep : RelayStep
{
    /// <summary>Errors and settings up to this length are looked at; a denial's error is far shorter.</summary>
    private const int MaxInspected = 4096;

    private readonly RelayState _state;
    private readonly DenialMarker _marker;
    private readonly byte[] _sessionUser;
    private readonly bool _allowSuperuser;

    /// <param name="state">Shared with the other direction.</param>
    /// <param name="marker">Shared with the other direction.</param>
    /// <param name="sessionUser">Who logged in upstream; the server reports it when it changes.</param>
    /// <param name="allowSuperuser">Whether the session may be superuser.</param>
    internal ServerStep(RelayState state, DenialMarker marker, string sessionUser, bool allowSuperuser)
        : base(Types.DataRow, Types.CopyData, int.MaxValue)
    {
        _state = state;
        _marker = marker;
        _sessionUser = System.Text.Encoding.UTF8.GetBytes(sessionUser);
        _allowSuperuser = allowSuperuser;
    }

    /// <summary>Whether the server announced the end of the session by a FATAL or PANIC.</summary>
    internal bool SawFatal { get; private set; }

    protected override FrameDisposition Classify(byte type, uint length)
    {
        if (length is < 4 or > int.MaxValue)
        {
            return FrameDisposition.Refuse(SessionEndReason.UpstreamProtocolViolation, "invalid message length");
        }

        switch (type)
        {
            case Types.ErrorResponse or Types.ParameterStatus:
                return length <= MaxInspected ? FrameDisposition.Inspect : FrameDisposition.Pass;

            case Types.ReadyForQuery:
                return length == 5 ? FrameDisposition.Inspect : FrameDisposition.Refuse(SessionEndReason.UpstreamProtocolViolation, "invalid ReadyForQuery");

            case Types.DataRow or Types.CopyData or Types.RowDescription or Types.CommandComplete or Types.ParseComplete
                or Types.BindComplete or Types.CloseComplete or Types.NoData or Types.ParameterDescription
                or Types.PortalSuspended or Types.EmptyQueryResponse or Types.NoticeResponse or Types.NotificationResponse
                or Types.CopyInResponse or Types.CopyOutResponse or Types.CopyDone or Types.FunctionCallResponse:
                return FrameDisposition.Pass;

            default:
                // Authentication, BackendKeyData, CopyBothResponse and everything unknown.
                return FrameDisposition.Refuse(SessionEndReason.UpstreamProtocolViolation, "unexpected message type from the server");
        }
    }

    protected override FrameDisposition Inspect(in MessageFrame frame) => frame.Type switch
    {
        Types.ErrorResponse => InspectError(frame),
        Types.ParameterStatus => InspectParameter(frame),
        Types.ReadyForQuery => InspectReady(frame),
        _ => FrameDisposition.Refuse(SessionEndReason.InternalError, "no inspection for this message"),
    };

    private FrameDisposition InspectError(in MessageFrame frame)
    {
        if (!ErrorResponse.TryParse(frame, out var error))
        {
            return FrameDisposition.Refuse(SessionEndReason.UpstreamProtocolViolation, "invalid ErrorResponse");
        }

        if (_marker.TryRead(error.Message, out var denial))
        {
            var text = StatementDenialText.Of(denial);
            ErrorResponse.Write(Replacement, "ERROR", text.SqlState, text.Message, hint: text.Hint);
            return FrameDisposition.Replace;
        }

        SawFatal |= error.IsFatal;
        return FrameDisposition.Pass;
    }

    /// <summary>A second line behind the guard: the server itself reports these two when they change.</summary>
    private FrameDisposition InspectParameter(in MessageFrame frame)
    {
        if (!ParameterStatus.TryParse(frame, out var status))
        {
            return FrameDisposition.Refuse(SessionEndReason.UpstreamProtocolViolation, "invalid ParameterStatus");
        }

        var escaped = (status.Name.SequenceEqual("is_superuser"u8) && !_allowSuperuser && !status.Value.SequenceEqual("off"u8))
            || (status.Name.SequenceEqual("session_authorization"u8) && !status.Value.SequenceEqual(_sessionUser));
        return escaped ? FrameDisposition.Refuse(SessionEndReason.RoleEscaped, "the server reports another session user or a superuser") : FrameDisposition.Pass;
    }

    private FrameDisposition InspectReady(in MessageFrame frame)
    {
        if (!ReadyForQuery.TryParse(frame, out var status))
        {
            return FrameDisposition.Refuse(SessionEndReason.UpstreamProtocolViolation, "invalid ReadyForQuery");
        }

        _state.Ready(status);
        return FrameDisposition.Pass;
    }
}
