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

    private readonly ServerConversation _server;
    private readonly byte[] _sessionUser;
    private readonly bool _allowSuperuser;

    /// <param name="server">What is known of this connection.</param>
    /// <param name="sessionUser">Who logged in upstream; the server reports it when it changes.</param>
    /// <param name="allowSuperuser">Whether the session may be superuser.</param>
    internal ServerStep(ServerConversation server, string sessionUser, bool allowSuperuser)
        : base(Types.DataRow, Types.CopyData, int.MaxValue)
    {
        _server = server;
        _sessionUser = System.Text.Encoding.UTF8.GetBytes(sessionUser);
        _allowSuperuser = allowSuperuser;
    }

    /// <summary>Whether the server announced the end of the session by a FATAL or PANIC.</summary>
    internal bool SawFatal { get; private set; }

    /// <summary>Who gets what the server says; null while nobody uses the connection.</summary>
    internal ClientConversation? Client { get; set; }

    protected override bool PassesBulk => _server.Replies.PassesBulk;

    protected override FrameDisposition Classify(byte type, uint length)
    {
        if (length is < 4 or > int.MaxValue)
        {
            return FrameDisposition.Refuse(SessionEndReason.UpstreamProtocolViolation, "invalid message length");
        }

        switch (type)
        {
            case Types.ErrorResponse:
                return length <= MaxInspected ? FrameDisposition.Inspect : Use(_server.Replies.TakeError());

            case Types.ParameterStatus:
                return length <= MaxInspected ? FrameDisposition.Inspect : FrameDisposition.Pass;

            case Types.ReadyForQuery:
                return length == 5 ? FrameDisposition.Inspect : FrameDisposition.Refuse(SessionEndReason.UpstreamProtocolViolation, "invalid ReadyForQuery");

            case Types.NoticeResponse or Types.NotificationResponse:
                return FrameDisposition.Pass;

            case Types.DataRow or Types.CopyData or Types.RowDescription or Types.CommandComplete or Types.ParseComplete
                or Types.BindComplete or Types.CloseComplete or Types.NoData or Types.ParameterDescription
                or Types.PortalSuspended or Types.EmptyQueryResponse
                or Types.CopyInResponse or Types.CopyOutResponse or Types.CopyDone or Types.FunctionCallResponse:
                return Use(_server.Replies.Take(type));

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

    protected override FrameDisposition InspectHead(byte type, uint length, ReadOnlySpan<byte> body) =>
        FrameDisposition.Refuse(SessionEndReason.InternalError, "no inspection for this message");

    private static FrameDisposition Use(ReplyUse use) => (use & ReplyUse.Drop) == 0 ? FrameDisposition.Pass : FrameDisposition.Replace;

    private FrameDisposition InspectError(in MessageFrame frame)
    {
        if (!ErrorResponse.TryParse(frame, out var error))
        {
            return FrameDisposition.Refuse(SessionEndReason.UpstreamProtocolViolation, "invalid ErrorResponse");
        }

        if (error.IsFatal)
        {
            SawFatal = true;
            return FrameDisposition.Pass;
        }

        _server.Replies.TakeError();
        if (Client is not null && Client.Marker.TryRead(error.Message, out var denial))
        {
            var text = StatementDenialText.Of(denial);
            ErrorResponse.Write(Replacement, "ERROR", text.SqlState, text.Message, hint: text.Hint);
            return FrameDisposition.Replace;
        }

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

        return Use(_server.Replies.TakeReady(status));
    }
}
