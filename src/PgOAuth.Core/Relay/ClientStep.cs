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
    private readonly ClientConversation _client;
    private readonly SessionStateGuard? _guard;
    private readonly PgOAuthMetrics _metrics;
    private readonly uint _maxStatement;
    private ServerConversation? _server;

    internal ClientStep(ClientConversation client, SessionStateGuard? guard, int maxStatementBytes, PgOAuthMetrics metrics)
        : base(Types.CopyData, Types.CopyData, ProtocolConstants.LargeMessageLimit)
    {
        _client = client;
        _guard = guard;
        _metrics = metrics;
        _maxStatement = (uint)maxStatementBytes;
    }

    /// <summary>Where it goes; null while no server connection is attached.</summary>
    internal ServerConversation? Server
    {
        get => _server;
        set => _server = value;
    }

    protected override bool PassesBulk => _server is not null;

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

        if (type is Types.Terminate)
        {
            return length == 4 ? FrameDisposition.Inspect : FrameDisposition.Refuse(SessionEndReason.ProtocolViolation, "invalid message length");
        }

        if (_server is null)
        {
            // Nothing is in progress that these could belong to, and the server would ignore them.
            return type is Types.CopyData or Types.CopyDone or Types.CopyFail or Types.Flush ? FrameDisposition.Replace : FrameDisposition.NeedServer;
        }

        switch (type)
        {
            case Types.Query:
                return _guard is null ? Pass(ReplyKind.Query) : length > _maxStatement ? DenyQuery(StatementDenial.TooLong) : FrameDisposition.Inspect;

            case Types.Parse:
                // The name is in the body that is not read; the failed Parse makes the server skip to Sync whatever its name.
                return _guard is null ? Pass(ReplyKind.Parse) : length > _maxStatement ? DenyParse(default, StatementDenial.TooLong) : FrameDisposition.Inspect;

            case Types.FunctionCall:
                return DenyQuery(StatementDenial.FunctionCall);

            case Types.Sync:
                return Pass(ReplyKind.Sync);

            case Types.Bind:
                return Pass(ReplyKind.Bind);

            case Types.Describe:
                return FrameDisposition.InspectHead;

            case Types.Execute:
                return Pass(ReplyKind.Execute);

            case Types.Close:
                return Pass(ReplyKind.Close);

            case Types.CopyDone or Types.CopyFail:
                return Pass(ReplyKind.CopyEnd);

            case Types.CopyData or Types.Flush:
                return FrameDisposition.Pass;

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

    protected override FrameDisposition InspectHead(byte type, uint length, ReadOnlySpan<byte> body) =>
        body.IsEmpty && length > 4
            ? FrameDisposition.NeedMore(ProtocolConstants.HeaderLength + 1)
            : Pass(!body.IsEmpty && body[0] == (byte)'S' ? ReplyKind.DescribeStatement : ReplyKind.DescribePortal);

    private FrameDisposition InspectQuery(in Query query)
    {
        var verdict = _guard!.Check(query.Sql);
        return verdict.IsAllowed ? Pass(ReplyKind.Query) : DenyQuery(verdict.Denial);
    }

    private FrameDisposition InspectParse(in Parse parse)
    {
        var verdict = _guard!.Check(parse.Sql);
        return verdict.IsAllowed ? Pass(ReplyKind.Parse) : DenyParse(parse.StatementName, verdict.Denial);
    }

    private FrameDisposition DenyQuery(StatementDenial denial)
    {
        _metrics.StatementDenied(denial);
        _client.Marker.WriteQuery(Replacement, denial);
        return Add(ReplyKind.Query, FrameDisposition.Replace);
    }

    private FrameDisposition DenyParse(ReadOnlySpan<byte> name, StatementDenial denial)
    {
        _metrics.StatementDenied(denial);
        _client.Marker.WriteParse(Replacement, name, denial);
        return Add(ReplyKind.Parse, FrameDisposition.Replace);
    }

    private FrameDisposition Pass(ReplyKind owed) => Add(owed, FrameDisposition.Pass);

    private FrameDisposition Add(ReplyKind owed, FrameDisposition disposition) =>
        _server!.Replies.TryAdd(new OwedReply(owed))
            ? disposition
            : FrameDisposition.Refuse(SessionEndReason.ProtocolViolation, "too many messages wait for a reply");
}
