using System.Buffers.Binary;
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
    private readonly ClientGate? _gate;
    private readonly bool _isGuarded;
    private readonly bool _isMultiplexed;
    private readonly PgOAuthMetrics _metrics;
    private readonly uint _maxStatement;
    private ServerConversation? _server;
    private bool _isEnough;

    /// <param name="client">What is known of this client.</param>
    /// <param name="statements">Judges texts; null when nobody needs to know what they do: no guard, no pool.</param>
    /// <param name="isGuarded">Whether a text too long to be seen whole is denied.</param>
    /// <param name="isMultiplexed">Transaction mode: whether server connections change and prepared statements are shared on them.</param>
    /// <param name="maxStatementBytes">The longest Query or Parse that is seen whole.</param>
    /// <param name="metrics">Counts denials.</param>
    internal ClientStep(ClientConversation client, StatementCache? statements, bool isGuarded, bool isMultiplexed, int maxStatementBytes, PgOAuthMetrics metrics)
        : base(Types.CopyData, Types.CopyData, ProtocolConstants.LargeMessageLimit)
    {
        if (statements is null && (isGuarded || isMultiplexed || client.Gate is not null))
        {
            throw new ArgumentNullException(nameof(statements));
        }

        _client = client;
        _gate = client.Gate;
        Statements = statements;
        _isGuarded = isGuarded;
        _isMultiplexed = isMultiplexed;
        _metrics = metrics;
        _maxStatement = (uint)maxStatementBytes;
    }

    /// <summary>The cache of the loop that the session is on; it changes when the session moves.</summary>
    internal StatementCache? Statements { get; set; }

    /// <summary>The statement gate; null when it is off.</summary>
    internal ClientGate? Gate => _gate;

    /// <summary>Where it goes; null while no server connection is attached.</summary>
    internal ServerConversation? Server => _server;

    /// <summary>Whether a message waits for what the server says first.</summary>
    internal bool AwaitsReply => _server is { } server
        && (_isEnough ? server.Replies.Count > ReplyQueue.Few : server.IsPreludeOpen || _client.IsUnprepareOwed(server.Replies));

    protected override bool PassesBulk => _server is not null;

    // Asked for once a server connection is attached.
    private StatementInspector Inspector => new(_client, _server!, Statements!, _isMultiplexed, Replacement, _metrics);

    /// <summary>
    /// Gives the session an idle server connection. What it needs to find there is written to <see cref="RelayStep.Replacement"/>,
    /// in front of what the next step adds.
    /// </summary>
    /// <param name="server">The connection; nobody uses it.</param>
    /// <param name="reset">Whether DISCARD ALL comes first.</param>
    /// <param name="settings">The claims, where the connection does not have them already.</param>
    internal void Attach(ServerConversation server, bool reset = false, ReadOnlySpan<SettingValue> settings = default)
    {
        _server = server;
        _isEnough = false;
        server.NeedsPreludeCheck = false;
        server.Effects &= ~SessionEffects.Unprepares;
        _client.UnnamedNumber = ClientConversation.NoNumber;
        _client.UnprepareNumber = ClientConversation.NoNumber;
        server.Replies.Unnamed = _client.Unnamed;
        Prelude.Write(server, _client.Settings, reset, settings, Replacement);
    }

    /// <summary>Takes the server connection away. Everything written for it was sent.</summary>
    internal void Detach()
    {
        _server = null;
        Replacement.Release();
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
                return Statements is null ? Pass(ReplyKind.Query)
                    : length <= _maxStatement ? FrameDisposition.Inspect
                    : _isGuarded ? DenyUnseen(StatementDenial.TooLong, type) : PassLongQuery();

            case Types.Parse:
                // The name of a long one is in the body that is not read; the failed Parse makes the server skip to Sync whatever its name.
                return Statements is null ? Pass(ReplyKind.Parse)
                    : length <= _maxStatement ? FrameDisposition.Inspect
                    : _isGuarded ? DenyUnseen(StatementDenial.TooLong, type) : FrameDisposition.InspectHead;

            case Types.FunctionCall:
                return length < 8 ? FrameDisposition.Refuse(SessionEndReason.ProtocolViolation, "invalid FunctionCall message") : FrameDisposition.InspectHead;

            case Types.Bind:
                return _isMultiplexed || _gate is { IsSettled: false } ? FrameDisposition.InspectHead : Pass(ReplyKind.Bind);

            case Types.Describe:
                return _isMultiplexed ? FrameDisposition.Inspect : FrameDisposition.InspectHead;

            case Types.Close:
                return _isMultiplexed || _gate is not null ? FrameDisposition.Inspect : Pass(ReplyKind.Close);

            case Types.Execute:
                return _gate is { ArePortalsCurrent: false } ? FrameDisposition.Inspect : Pass(ReplyKind.Execute);

            case Types.Sync:
                return PassSync();

            case Types.CopyDone or Types.CopyFail or Types.CopyData or Types.Flush:
                return PassQuietly(type);

            case Types.Terminate:
                return length == 4 ? FrameDisposition.Inspect : FrameDisposition.Refuse(SessionEndReason.ProtocolViolation, "invalid message length");

            default:
                return FrameDisposition.Refuse(SessionEndReason.ProtocolViolation, "invalid frontend message type");
        }
    }

    protected override FrameDisposition Inspect(in MessageFrame frame)
    {
        if (frame.Type is Types.Terminate)
        {
            // The server connection is not the client's to end.
            return FrameDisposition.Refuse(SessionEndReason.ClientTerminated);
        }

        return TryBegin(out var disposition) ? frame.Type switch
        {
            Types.Query => Inspector.Query(frame),
            Types.Parse => Inspector.Parse(frame),
            Types.Describe or Types.Close => Inspector.Name(frame),
            Types.Execute => Inspector.Execute(frame),
            _ => FrameDisposition.Refuse(SessionEndReason.InternalError, "no inspection for this message"),
        } : disposition;
    }

    protected override FrameDisposition InspectHead(byte type, uint length, ReadOnlySpan<byte> body)
    {
        if (_server is null)
        {
            return FrameDisposition.NeedServer;
        }

        switch (type)
        {
            case Types.Describe when body.IsEmpty && length > 4:
                return FrameDisposition.NeedMore(ProtocolConstants.HeaderLength + 1);

            case Types.Describe:
                return Pass(!body.IsEmpty && body[0] == (byte)'S' ? ReplyKind.DescribeStatement : ReplyKind.DescribePortal);

            case Types.FunctionCall when body.Length < sizeof(uint):
                return FrameDisposition.NeedMore(ProtocolConstants.HeaderLength + sizeof(uint));

            case Types.Parse when !_isMultiplexed:
                _server.Effects |= SessionEffects.Touched;
                return Pass(ReplyKind.Parse);
        }

        if (!TryBegin(out var disposition))
        {
            return disposition;
        }

        return type switch
        {
            Types.Bind => Inspector.Bind(length, body),
            Types.FunctionCall => Inspector.FunctionCall(BinaryPrimitives.ReadUInt32BigEndian(body)),
            _ => Inspector.LongParse(length, body),
        };
    }

    // A message that is refused whatever stands in it.
    private FrameDisposition DenyUnseen(StatementDenial reason, byte type)
    {
        if (!TryBegin(out var disposition))
        {
            return disposition;
        }

        return Inspector.DenyUnseen(reason, type);
    }

    private FrameDisposition PassLongQuery() => TryBegin(out var disposition) ? Inspector.LongQuery() : disposition;

    private FrameDisposition PassSync()
    {
        if (_server is not null)
        {
            // What comes behind it would run even if the prelude has failed.
            _server.NeedsPreludeCheck = _server.IsPreludeOpen;
        }

        _gate?.Synced();
        var number = _server?.Replies.NextNumber ?? 0;
        var disposition = Pass(ReplyKind.Sync, isCheckable: false);
        if (_client.IsUnpreparing && _server?.Replies.NextNumber > number)
        {
            _client.UnprepareNumber = number;
            _client.IsUnpreparing = false;
        }

        return disposition;
    }

    // Nothing is owed for these. Without a server nothing is in progress that they could belong to, and it would ignore them.
    private FrameDisposition PassQuietly(byte type)
    {
        if (_server is null)
        {
            return FrameDisposition.Replace;
        }

        return type is Types.CopyDone or Types.CopyFail ? Pass(ReplyKind.CopyEnd, isCheckable: false) : FrameDisposition.Pass;
    }

    private FrameDisposition Pass(ReplyKind owed, bool isCheckable = true)
    {
        if (!TryBegin(out var disposition, isCheckable))
        {
            return disposition;
        }

        _server!.Replies.Add(new OwedReply(owed));
        return FrameDisposition.Pass;
    }

    // Before anything is written or noted for a message: it has a server, and cannot run if the prelude has failed.
    private bool TryBegin(out FrameDisposition disposition, bool isCheckable = true)
    {
        disposition = FrameDisposition.NeedServer;
        if (_server is null)
        {
            return false;
        }

        if ((_isEnough || _server.Replies.Count >= ReplyQueue.Enough) && MustWait(_server.Replies))
        {
            disposition = FrameDisposition.NeedReply;
            return false;
        }

        if (_server.NeedsPreludeCheck && isCheckable)
        {
            if (_server.IsPreludeOpen && (_server.Effects & SessionEffects.Unprepares) != 0)
            {
                // What the check would describe may be gone by then. The Sync in front has the answer sent.
                disposition = FrameDisposition.NeedReply;
                return false;
            }

            _server.NeedsPreludeCheck = false;
            if (_server.IsPreludeOpen)
            {
                Prelude.WriteCheck(_server, Replacement);
            }
        }

        return true;
    }

    /// <summary>
    /// Whether the client's next message must wait, because the server owes enough. It never waits for good, whatever the client means to
    /// send next: each message in the queue was sent whole, and a Flush goes behind the last. So the server answers them all and sends the
    /// answers, though a batch may have no end yet, with two exceptions that empty the queue as well. An error is sent at once, and the
    /// messages up to the next Sync are no longer owed. COPY FROM STDIN says so at once; what it ignores is no longer owed then, and what
    /// it does not ignore fails it. Only a client that takes no answers keeps them from coming, as it would without a proxy.
    /// </summary>
    private bool MustWait(ReplyQueue replies)
    {
        if (!_isEnough)
        {
            // Without it the server would hold back what fits its buffer until the Sync, which has to wait behind this message.
            Replacement.BeginMessage(Types.Flush);
            Replacement.EndMessage();
            _isEnough = true;
        }

        return _isEnough = replies.Count > ReplyQueue.Few;
    }
}
