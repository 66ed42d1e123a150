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

    /// <summary>
    /// Errors up to this length are looked at where rows are hidden. PostgreSQL shows 64 bytes of each of at most 1,600 columns; with a
    /// name, a statement and a stack of functions beside it.
    /// </summary>
    private const int MaxInspectedForRows = 256 * 1024;

    private const int DiscardAllLength = 4 + 12;
    private const int DeallocateAllLength = 4 + 15;

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
    internal ClientConversation? Client
    {
        get;
        set
        {
            field = value;
            if (value is null)
            {
                Replacement.Release();
            }
        }
    }

    protected override bool PassesBulk => Client is not null && _server.Replies.PassesBulk;

    // Nobody gets it, or nobody but the proxy has asked for it.
    private bool IsUnseen => Client is null || (_server.Replies.NextUse & ReplyUse.Required) != 0;

    private bool HidesRows => Client?.Gate is { HidesRows: true };

    protected override FrameDisposition Classify(byte type, uint length)
    {
        if (length is < 4 or > int.MaxValue)
        {
            return FrameDisposition.Refuse(SessionEndReason.UpstreamProtocolViolation, "invalid message length");
        }

        switch (type)
        {
            case Types.ErrorResponse:
                return length <= (HidesRows ? MaxInspectedForRows : MaxInspected) ? FrameDisposition.Inspect : TakeLongError();

            case Types.ParameterStatus:
                return length <= MaxInspected ? FrameDisposition.Inspect : IsUnseen ? FrameDisposition.Replace : FrameDisposition.Pass;

            case Types.ReadyForQuery:
                return length == 5 ? FrameDisposition.Inspect : FrameDisposition.Refuse(SessionEndReason.UpstreamProtocolViolation, "invalid ReadyForQuery");

            case Types.NoticeResponse or Types.NotificationResponse:
                return IsUnseen ? FrameDisposition.Replace : FrameDisposition.Pass;

            case Types.CommandComplete when length is DiscardAllLength or DeallocateAllLength:
                return FrameDisposition.Inspect;

            case Types.DataRow or Types.CopyData or Types.RowDescription or Types.CommandComplete or Types.ParseComplete
                or Types.BindComplete or Types.CloseComplete or Types.NoData or Types.ParameterDescription
                or Types.PortalSuspended or Types.EmptyQueryResponse
                or Types.CopyInResponse or Types.CopyOutResponse or Types.CopyDone or Types.FunctionCallResponse:
                return Take(type);

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
        Types.CommandComplete => InspectTag(frame),
        _ => FrameDisposition.Refuse(SessionEndReason.InternalError, "no inspection for this message"),
    };

    protected override FrameDisposition InspectHead(byte type, uint length, ReadOnlySpan<byte> body) =>
        FrameDisposition.Refuse(SessionEndReason.InternalError, "no inspection for this message");

    private static FrameDisposition Idle => FrameDisposition.Refuse(SessionEndReason.UpstreamProtocolViolation, "a message from a server that nobody uses");

    private FrameDisposition Take(byte type)
    {
        if (Client is null && (_server.Replies.NextUse & ReplyUse.Drop) == 0)
        {
            return Idle;
        }

        var use = _server.Replies.Take(type);
        if ((use & ReplyUse.AsParse) != 0)
        {
            Replacement.BeginMessage(Types.ParseComplete);
            Replacement.EndMessage();
            return FrameDisposition.Replace;
        }

        return (use & ReplyUse.Drop) != 0 ? FrameDisposition.Replace : FrameDisposition.Pass;
    }

    private FrameDisposition TakeError(StatementFault fault)
    {
        var use = _server.Replies.TakeError(fault);
        if ((use & ReplyUse.Required) != 0)
        {
            return FrameDisposition.Refuse(SessionEndReason.UpstreamResetFailed, "the server refused the session's settings or their reset");
        }

        if (Client is null)
        {
            return Idle;
        }

        Client.Gate?.ServerFailed();

        // Nobody knows what became of it; asking again is cheap.
        _server.SetUnnamed(null);
        if (_server.Replies.LostUnnamed == Client.UnnamedNumber)
        {
            Client.Unnamed = _server.Replies.Unnamed;
        }

        return FrameDisposition.Pass;
    }

    // What nobody can look at may hold a row.
    private FrameDisposition TakeLongError()
    {
        var disposition = TakeError(StatementFault.None);
        if (disposition.Kind is not FrameKind.Pass || !HidesRows)
        {
            return disposition;
        }

        ErrorResponse.Write(Replacement, "ERROR", SqlStates.InsufficientPrivilege, "the server's error is too long to be checked");
        return FrameDisposition.Replace;
    }

    private FrameDisposition InspectError(in MessageFrame frame)
    {
        if (!ErrorResponse.TryParse(frame, out var error))
        {
            return FrameDisposition.Refuse(SessionEndReason.UpstreamProtocolViolation, "invalid ErrorResponse");
        }

        if (error.IsFatal)
        {
            SawFatal = true;
            return Client is null ? FrameDisposition.Refuse(SessionEndReason.UpstreamTerminated) : FrameDisposition.Pass;
        }

        var disposition = TakeError(StatementFaults.Of(error));
        if (disposition.Kind is FrameKind.Pass && Client!.TryReadDenial(error.Message, out var denial))
        {
            ErrorResponse.Write(Replacement, "ERROR", denial.SqlState, denial.Message, hint: denial.Hint, position: denial.Position);
            return FrameDisposition.Replace;
        }

        if (disposition.Kind is FrameKind.Pass && RowDetails.AreShownBy(error.SqlState) && Client!.Gate is { } gate && !gate.MayShowRow(error.Schema, error.Table))
        {
            ErrorResponse.WriteWithoutDetail(Replacement, frame);
            return FrameDisposition.Replace;
        }

        return disposition;
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
        if (escaped)
        {
            return FrameDisposition.Refuse(SessionEndReason.RoleEscaped, "the server reports another session user or a superuser");
        }

        if (_server.SettingsTable is { } table)
        {
            _server.Settings = table.With(_server.Settings, status.Name, status.Value);
            if (Client is not null && !IsUnseen)
            {
                Client.Settings = table.With(Client.Settings, status.Name, status.Value);
            }
        }

        return IsUnseen ? FrameDisposition.Replace : FrameDisposition.Pass;
    }

    private FrameDisposition InspectReady(in MessageFrame frame)
    {
        if (!ReadyForQuery.TryParse(frame, out var status))
        {
            return FrameDisposition.Refuse(SessionEndReason.UpstreamProtocolViolation, "invalid ReadyForQuery");
        }

        if (Client is null && (_server.Replies.NextUse & ReplyUse.Drop) == 0)
        {
            return Idle;
        }

        if ((_server.Replies.TakeReady(status) & ReplyUse.Drop) != 0)
        {
            return FrameDisposition.Replace;
        }

        Client?.Answered(isTransactionOver: status == ReadyForQuery.Idle, isMoreOwed: _server.Replies.Count > 0);
        if (_server.IsIdle)
        {
            Client?.Gate?.ServerIdle();
        }

        return FrameDisposition.Pass;
    }

    /// <summary>Whatever way the client said it, only the server knows when all prepared statements are gone.</summary>
    private FrameDisposition InspectTag(in MessageFrame frame)
    {
        var disposition = Take(frame.Type);
        if (disposition.Kind is FrameKind.Pass && (frame.Body.SequenceEqual("DISCARD ALL\0"u8) || frame.Body.SequenceEqual("DEALLOCATE ALL\0"u8)))
        {
            _server.StatementsRemoved();
            Client!.StatementsRemoved();
        }

        return disposition;
    }
}
