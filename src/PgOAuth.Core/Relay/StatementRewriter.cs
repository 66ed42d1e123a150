using System.Text;
using PgOAuth.Enforcement;
using PgOAuth.Protocol;
using PgOAuth.Sessions;
using Types = PgOAuth.Protocol.MessageTypes.Frontend;

namespace PgOAuth.Relay;

/// <summary>
/// Stage 6, transaction mode: a client's prepared statements on server connections that others use as well. Names are
/// replaced, a statement that the server does not have is parsed in front, one that it has is not parsed again. Each
/// message of the client's still has one of its own that PostgreSQL answers or discards in its place.
/// </summary>
internal readonly ref struct StatementRewriter
{
    /// <summary>Longer names of portals and statements, together, end the session.</summary>
    internal const int MaxNames = 4096;

    private readonly ClientConversation _client;
    private readonly ServerConversation _server;
    private readonly StatementCache _cache;
    private readonly MessageWriter _output;

    internal StatementRewriter(ClientConversation client, ServerConversation server, StatementCache cache, MessageWriter output)
    {
        _client = client;
        _server = server;
        _cache = cache;
        _output = output;
    }

    // Closing a portal that does not exist succeeds, in every state of a transaction.
    private static ReadOnlySpan<byte> NoPortal => "pgoauth_no_portal"u8;

    // In front of a name that a client has not given: no statement of the server's begins so.
    private static ReadOnlySpan<byte> Unknown => "pgoauth_unknown_"u8;

    // An empty statement in the place of a shared one: for DEALLOCATE to remove, or for a Parse to find its name taken.
    private static ReadOnlySpan<byte> StandIn => "pgoauth_stand_in"u8;

    private static ReadOnlySpan<byte> DeallocateIt => "DEALLOCATE pgoauth_stand_in"u8;

    private static FrameDisposition TooLong => FrameDisposition.Refuse(SessionEndReason.ProtocolViolation, "names of portals and statements are too long");

    private ReplyQueue Replies => _server.Replies;

    /// <summary>Whether a name of the client's means nothing certain: it has just asked for all to be removed. The server is about to say.</summary>
    internal bool AreNamesUncertain => _client.HasStatements && _client.IsUnprepareOwed(Replies);

    /// <summary>Notes a message behind which the client's unnamed statement, and the server's, is another or none.</summary>
    internal void AddUnnamed(ReplyKind kind, Statement? statement = null, ClientStatement? name = null)
    {
        // Behind an error the server discards it, and nothing changes.
        if (!Replies.IsSkipping)
        {
            _client.Unnamed = statement;
            _client.UnnamedNumber = Replies.NextNumber;
            _server.SetUnnamed(statement);
        }

        Replies.Add(OwedReply.OfUnnamed(kind, statement, name));
    }

    /// <summary>A Query that may pass.</summary>
    internal FrameDisposition Query(Statement statement)
    {
        if (statement.Form is StatementForm.Deallocate && _client.HasStatements && FindDeallocated(statement) is { } name)
        {
            _client.Statements.Close(name, Replies.Batch);
            WriteStandIn();
            _output.BeginMessage(Types.Query);
            _output.WriteCString(DeallocateIt);
            _output.EndMessage();
            AddUnnamed(ReplyKind.Query, name: name);
            return FrameDisposition.Replace;
        }

        var number = Replies.NextNumber;
        Doubt(statement);
        AddUnnamed(ReplyKind.Query);
        if (_client.IsUnpreparing && Replies.NextNumber > number)
        {
            _client.UnprepareNumber = number;
            _client.IsUnpreparing = false;
        }

        return FrameDisposition.Pass;
    }

    /// <summary>A Parse that may pass.</summary>
    /// <param name="name">The client's name.</param>
    /// <param name="statement">The statement.</param>
    /// <param name="length">The length field.</param>
    internal FrameDisposition Parse(ReadOnlySpan<byte> name, Statement statement, uint length)
    {
        if (name.IsEmpty)
        {
            AddUnnamed(ReplyKind.Parse, statement);
            return FrameDisposition.Pass;
        }

        if (_client.Statements.TryFind(name, out var known) && (known.IsConfirmed || known.Batch == Replies.Batch))
        {
            // PostgreSQL says what is wrong with it: the text, the transaction, or that the name is taken.
            WriteStandIn();
            Replies.Add(new OwedReply(ReplyKind.Parse));
            return ReplaceParseName(name, StandIn, length);
        }

        if (!_client.Statements.HasRoom)
        {
            return FrameDisposition.Refuse(SessionEndReason.ProtocolViolation, "too many prepared statements");
        }

        if (_server.Statements.Has(statement))
        {
            _server.Statements.Use(statement, _output);
            if (_server.TransactionStatus == (byte)'E' || !Replies.IsStatusKnown)
            {
                // A failed transaction, or one that may have failed by then, refuses to parse most statements; the unnamed one can be parsed without harm.
                _server.SetUnnamed(null);
                var tried = _client.Statements.Add(name, statement, Replies.Batch);
                Replies.Add(new OwedReply(ReplyKind.Parse, name: tried));
                return ReplaceParseName(name, default, length);
            }

            WriteClose((byte)'P', NoPortal);
            var added = _client.Statements.Add(name, statement, Replies.Batch);
            Replies.Add(new OwedReply(ReplyKind.Close, ReplyUse.AsParse, name: added));
            return FrameDisposition.Replace;
        }

        return ParseNew(name, statement, length);
    }

    /// <summary>A Parse too long to be looked at, where nothing asks for that: it is nobody else's.</summary>
    internal FrameDisposition LongParse(uint length, ReadOnlySpan<byte> body)
    {
        if (!TryReadNames(body, 1, length, out var name, out _, out var disposition))
        {
            return disposition;
        }

        if (!name.IsEmpty && AreNamesUncertain)
        {
            return FrameDisposition.NeedReply;
        }

        var statement = new Statement(default, default, denial: null, default);
        if (name.IsEmpty)
        {
            AddUnnamed(ReplyKind.Parse, statement);
            return FrameDisposition.Pass;
        }

        return ParseNew(name, statement, length);
    }

    /// <summary>A Bind, of which the names are there or not.</summary>
    internal FrameDisposition Bind(uint length, ReadOnlySpan<byte> body)
    {
        if (!TryReadNames(body, 2, length, out var portal, out var name, out var other))
        {
            return other;
        }

        if (!name.IsEmpty && AreNamesUncertain)
        {
            return FrameDisposition.NeedReply;
        }

        var statement = Find(name);
        if (statement is null)
        {
            return ReplaceName(Types.Bind, portal, name, default, length, new OwedReply(ReplyKind.Bind));
        }

        if (statement.Form is StatementForm.Deallocate && FindDeallocated(statement) is { } deallocated)
        {
            // What it does to the client's name is done here; on the server it removes a stand-in.
            _client.Statements.Close(deallocated, Replies.Batch);
            var standIn = _cache.GetParse(DeallocateIt, [0, 0]);
            var usedStandIn = _server.Statements.Use(standIn, _output);
            WriteStandIn();
            return ReplaceName(Types.Bind, portal, name, standIn, length, new OwedReply(ReplyKind.Bind, ReplyUse.Pass, usedStandIn, deallocated));
        }

        _server.Effects |= statement.Effects;
        var disposition = UseAndBind(portal, name, statement, length);
        Doubt(statement);
        return disposition;
    }

    /// <summary>A Describe of a statement, whole.</summary>
    internal FrameDisposition Describe(ReadOnlySpan<byte> name, uint length)
    {
        if (name.IsEmpty && UseUnnamed())
        {
            Replies.Add(new OwedReply(ReplyKind.DescribeStatement));
            return FrameDisposition.Pass;
        }

        var statement = name.IsEmpty ? null : Find(name);
        var used = statement is null ? null : _server.Statements.Use(statement, _output);
        return ReplaceName(Types.Describe, default, name, used?.Statement, length, new OwedReply(ReplyKind.DescribeStatement, statement: used));
    }

    /// <summary>A Close of a statement, whole. The statement stays for others; the name goes.</summary>
    internal FrameDisposition Close(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
        {
            AddUnnamed(ReplyKind.Close);
            return FrameDisposition.Pass;
        }

        ClientStatement? closed = null;
        if (_client.HasStatements && _client.Statements.TryFind(name, out closed))
        {
            _client.Statements.Close(closed, Replies.Batch);
        }

        WriteClose((byte)'P', NoPortal);
        Replies.Add(new OwedReply(ReplyKind.Close, name: closed));
        return FrameDisposition.Replace;
    }

    /// <summary>Reads as many names as asked for, one or two, from what has come of a body.</summary>
    internal static bool TryReadNames(ReadOnlySpan<byte> body, int count, uint length, out ReadOnlySpan<byte> first, out ReadOnlySpan<byte> second, out FrameDisposition disposition)
    {
        var parser = new MessageParser(body[..Math.Min(body.Length, MaxNames)]);
        second = default;
        disposition = default;
        if (parser.TryReadCString(out first) && (count == 1 || parser.TryReadCString(out second)))
        {
            return true;
        }

        disposition = body.Length >= MaxNames ? TooLong
            : body.Length >= length - 4 ? FrameDisposition.Refuse(SessionEndReason.ProtocolViolation, "a name without an end")
            : FrameDisposition.NeedMore((int)Math.Min(1L + length, ProtocolConstants.HeaderLength + Math.Max(64, (body.Length * 2) + 1)));
        return false;
    }

    private void Doubt(Statement statement)
    {
        if ((statement.Effects & SessionEffects.Unprepares) != 0)
        {
            _server.Statements.Doubt();
            _client.IsUnpreparing = !Replies.IsSkipping;
        }
    }

    /// <summary>What the client calls so; null when it has nothing of that name.</summary>
    internal Statement? Find(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
        {
            return _client.Unnamed;
        }

        return _client.HasStatements && _client.Statements.TryFind(name, out var known) ? known.Statement : null;
    }

    // The name must be one of this protocol: what SQL has prepared, SQL deallocates.
    private ClientStatement? FindDeallocated(Statement statement) =>
        _client.HasStatements && statement.Name is { } name && _client.Statements.TryFind(Encoding.UTF8.GetBytes(name), out var known) ? known : null;

    private FrameDisposition UseAndBind(ReadOnlySpan<byte> portal, ReadOnlySpan<byte> name, Statement statement, uint length)
    {
        if (name.IsEmpty && UseUnnamed())
        {
            Replies.Add(new OwedReply(ReplyKind.Bind));
            return FrameDisposition.Pass;
        }

        var used = name.IsEmpty ? null : _server.Statements.Use(statement, _output);
        return ReplaceName(Types.Bind, portal, name, used?.Statement, length, new OwedReply(ReplyKind.Bind, statement: used));
    }

    // Makes sure that the server's unnamed statement is the client's, by a Parse of the proxy's own if it is another's.
    private bool UseUnnamed()
    {
        if (_client.Unnamed is not { } statement)
        {
            return false;
        }

        if (_server.HasUnnamed(statement))
        {
            return true;
        }

        if (!ServerStatements.CanParse(statement))
        {
            return false;
        }

        _output.BeginMessage(Types.Parse);
        _output.WriteByte(0);
        _output.WriteBytes(statement.ParseBody.Span);
        _output.EndMessage();
        _server.SetUnnamed(statement);
        Replies.Add(new OwedReply(ReplyKind.Parse, ReplyUse.Drop));
        return true;
    }

    private FrameDisposition ParseNew(ReadOnlySpan<byte> name, Statement statement, uint length)
    {
        var parsed = _server.Statements.BeginParse(statement, _output);
        var added = _client.Statements.Add(name, statement, Replies.Batch);
        Replies.Add(new OwedReply(ReplyKind.Parse, statement: parsed, name: added));
        return ReplaceParseName(name, statement.ServerName, length);
    }

    private FrameDisposition ReplaceParseName(ReadOnlySpan<byte> name, ReadOnlySpan<byte> written, uint length)
    {
        _output.WriteByte(Types.Parse);
        _output.WriteInt32(checked((int)length - name.Length + written.Length));
        _output.WriteCString(written);
        return FrameDisposition.ReplaceHead(ProtocolConstants.HeaderLength + name.Length + 1);
    }

    private FrameDisposition ReplaceName(byte type, ReadOnlySpan<byte> portal, ReadOnlySpan<byte> name, Statement? statement, uint length, in OwedReply owed)
    {
        // A name that the client has not given is one that cannot exist: PostgreSQL says so.
        var written = statement is null ? name[..Math.Min(name.Length, 40)] : statement.ServerName;
        var count = written.Length + (statement is null ? Unknown.Length : 0);
        _output.WriteByte(type);
        _output.WriteInt32(checked((int)length - name.Length + count));
        var front = 1;
        if (type is Types.Bind)
        {
            _output.WriteCString(portal);
            front = portal.Length + 1;
        }
        else
        {
            _output.WriteByte((byte)'S');
        }

        if (statement is null)
        {
            _output.WriteBytes(Unknown);
        }

        _output.WriteCString(written);
        Replies.Add(owed);
        return FrameDisposition.ReplaceHead(ProtocolConstants.HeaderLength + front + name.Length + 1);
    }

    // Made anew each time, where PostgreSQL would have found the client's. An empty text is parsed even in a failed transaction.
    private void WriteStandIn()
    {
        WriteClose((byte)'S', StandIn);
        Replies.Add(new OwedReply(ReplyKind.Close, ReplyUse.Drop));
        _output.BeginMessage(Types.Parse);
        _output.WriteCString(StandIn);
        _output.WriteByte(0);
        _output.WriteInt16(0);
        _output.EndMessage();
        Replies.Add(new OwedReply(ReplyKind.Parse, ReplyUse.Drop));
    }

    private void WriteClose(byte what, ReadOnlySpan<byte> name)
    {
        _output.BeginMessage(Types.Close);
        _output.WriteByte(what);
        _output.WriteCString(name);
        _output.EndMessage();
    }
}
