using PgOAuth.Diagnostics;
using PgOAuth.Enforcement;
using PgOAuth.Protocol;
using PgOAuth.Sessions;
using Types = PgOAuth.Protocol.MessageTypes.Frontend;

namespace PgOAuth.Relay;

/// <summary>
/// Stages 6 and 7: the messages of a client that bring, name or run statements: judged where there is a gate, then passed, rewritten in
/// transaction mode, or replaced by a denial; and what the server owes for them.
/// </summary>
/// <param name="client">Whose messages they are.</param>
/// <param name="server">Where they go.</param>
/// <param name="cache">Judges texts.</param>
/// <param name="isMultiplexed">Whether it is transaction mode.</param>
/// <param name="output">Receives what replaces a message.</param>
/// <param name="metrics">Counts denials.</param>
internal readonly ref struct StatementInspector(
    ClientConversation client,
    ServerConversation server,
    StatementCache cache,
    bool isMultiplexed,
    MessageWriter output,
    PgOAuthMetrics metrics)
{
    private readonly ClientConversation _client = client;
    private readonly ClientGate? _gate = client.Gate;
    private readonly ServerConversation _server = server;
    private readonly StatementCache _cache = cache;
    private readonly bool _isMultiplexed = isMultiplexed;
    private readonly MessageWriter _output = output;
    private readonly PgOAuthMetrics _metrics = metrics;

    private StatementRewriter Rewriter => new(_client, _server, _cache, _output);

    // Before anything is judged or noted: it is asked again.
    private bool MustWait => _isMultiplexed && Rewriter.AreNamesUncertain;

    private DenialWriter Denials => new(_client, _server, Rewriter, _isMultiplexed, _output, _metrics);

    /// <summary>A Query.</summary>
    internal FrameDisposition Query(in MessageFrame frame)
    {
        if (!Protocol.Frontend.Query.TryParse(frame, out var query))
        {
            return FrameDisposition.Refuse(SessionEndReason.ProtocolViolation, "invalid Query message");
        }

        if (_gate is not null && !_gate.TryRefresh(_server))
        {
            return FrameDisposition.NeedPolicy;
        }

        var statement = _cache.GetQuery(query.Sql, _gate?.Context);
        if (statement.Form is StatementForm.Deallocate && MustWait)
        {
            return FrameDisposition.NeedReply;
        }

        if (!TryJudge(statement, isPrepared: false, out var denial))
        {
            return FrameDisposition.NeedPolicy;
        }

        if (denial is not null)
        {
            return Denials.Query(denial == statement.Denial ? _cache.Deny(statement, query.Sql) : denial);
        }

        _server.Effects |= statement.Effects;
        if (statement.Form is StatementForm.DiscardAll && _client.Claims.Length > 0 && _server.Replies.IsFresh)
        {
            return DiscardAll(statement, query.Sql);
        }

        if (_isMultiplexed)
        {
            return Rewriter.Query(statement);
        }

        return Pass(ReplyKind.Query);
    }

    /// <summary>A Parse.</summary>
    internal FrameDisposition Parse(in MessageFrame frame)
    {
        if (!Protocol.Frontend.Parse.TryParse(frame, out var parse))
        {
            return FrameDisposition.Refuse(SessionEndReason.ProtocolViolation, "invalid Parse message");
        }

        if (!parse.StatementName.IsEmpty && MustWait)
        {
            return FrameDisposition.NeedReply;
        }

        if (_gate is not null && !_gate.TryRefresh(_server))
        {
            return FrameDisposition.NeedPolicy;
        }

        var statement = _cache.GetParse(parse.Sql, parse.ParameterTypes, _gate?.Context);
        if (!TryJudge(statement, isPrepared: true, out var denial))
        {
            return FrameDisposition.NeedPolicy;
        }

        if (denial is not null)
        {
            return Denials.Parse(parse.StatementName, denial);
        }

        _server.Effects |= statement.Effects;
        if (_isMultiplexed)
        {
            return Rewriter.Parse(parse.StatementName, statement, (uint)frame.Body.Length + 4);
        }

        _gate?.Prepared(parse.StatementName, statement, _server);

        // A named one is there until the session ends.
        _server.Effects |= parse.StatementName.IsEmpty ? SessionEffects.None : SessionEffects.Touched;
        return Pass(ReplyKind.Parse);
    }

    /// <summary>A Describe or a Close.</summary>
    internal FrameDisposition Name(in MessageFrame frame)
    {
        var body = frame.Body;
        if (body.Length < 2 || body.IndexOf((byte)0) != body.Length - 1)
        {
            return FrameDisposition.Refuse(SessionEndReason.ProtocolViolation, "invalid Describe or Close message");
        }

        if (body[0] == (byte)'S' && _isMultiplexed)
        {
            return body.Length > 2 && MustWait ? FrameDisposition.NeedReply : frame.Type is Types.Close ? Rewriter.Close(body[1..^1]) : Rewriter.Describe(body[1..^1], (uint)body.Length + 4);
        }

        if (body[0] == (byte)'S')
        {
            _gate?.Closed(body[1..^1], _server);
        }

        return Pass(frame.Type is Types.Close ? ReplyKind.Close : ReplyKind.DescribePortal);
    }

    /// <summary>An Execute of a portal that may have been opened under another policy.</summary>
    internal FrameDisposition Execute(in MessageFrame frame)
    {
        if (!new MessageParser(frame.Body).TryReadCString(out var portal))
        {
            return FrameDisposition.Refuse(SessionEndReason.ProtocolViolation, "invalid Execute message");
        }

        if (!_gate!.TryRefresh(_server))
        {
            return FrameDisposition.NeedPolicy;
        }

        if (!_gate.MayExecute(portal))
        {
            return Denials.Execute(Denial.Of(StatementDenial.Outdated));
        }

        return Pass(ReplyKind.Execute);
    }

    /// <summary>A Query too long to be seen whole, where that is no reason to refuse it.</summary>
    internal FrameDisposition LongQuery()
    {
        _server.Effects |= SessionEffects.Touched;
        if (!_isMultiplexed)
        {
            return Pass(ReplyKind.Query);
        }

        Rewriter.AddUnnamed(ReplyKind.Query);
        return FrameDisposition.Pass;
    }

    /// <summary>The beginning of such a Parse, in transaction mode.</summary>
    internal FrameDisposition LongParse(uint length, ReadOnlySpan<byte> body)
    {
        _server.Effects |= SessionEffects.Touched;
        return Rewriter.LongParse(length, body);
    }

    /// <summary>The beginning of a Bind, in transaction mode or where there is a gate.</summary>
    internal FrameDisposition Bind(uint length, ReadOnlySpan<byte> body) =>
        // Where names are the client's own, nothing but the gate asked for this look, whatever it says by now.
        _gate is not null && (!_isMultiplexed || !_gate.IsSettled) ? BindAgain(_gate, length, body) : Rewriter.Bind(length, body);

    /// <summary>A FunctionCall, which names its function by number. The rest of it streams through, for it may hold data of any length.</summary>
    internal FrameDisposition FunctionCall(uint function)
    {
        if (!LargeObjectFunctions.TryFind(function, out var sql))
        {
            return DenyUnseen(StatementDenial.FunctionCall, Types.FunctionCall);
        }

        if (_gate is not null)
        {
            if (!_gate.TryRefresh(_server))
            {
                return FrameDisposition.NeedPolicy;
            }

            var statement = _cache.GetQuery(sql, _gate.Context);
            if (!TryJudge(statement, isPrepared: false, out var denial))
            {
                return FrameDisposition.NeedPolicy;
            }

            if (denial is not null)
            {
                return Denials.Query(denial);
            }
        }

        return Pass(ReplyKind.FunctionCall);
    }

    /// <summary>A message that is refused whatever stands in it.</summary>
    internal FrameDisposition DenyUnseen(StatementDenial reason, byte type)
    {
        _gate?.Refused(reason);
        return type is Types.Parse ? Denials.Parse(default, Denial.Of(reason)) : Denials.Query(Denial.Of(reason));
    }

    // False: a newer catalog may know more.
    private bool TryJudge(Statement statement, bool isPrepared, out Denial? denial)
    {
        denial = statement.Denial;
        if (_gate is null)
        {
            return true;
        }

        if (_gate.WantsNewerCatalog(statement))
        {
            return false;
        }

        denial = _gate.Check(statement, _cache);
        if (denial is null)
        {
            _gate.Passed(statement, _server, isPrepared);
        }

        return true;
    }

    // Drivers reset a session together with what its next user asks, who must find the claims there.
    private FrameDisposition DiscardAll(Statement statement, ReadOnlySpan<byte> sql)
    {
        _output.BeginMessage(Types.Query);
        _output.WriteCString(sql);
        _output.EndMessage();
        if (_isMultiplexed)
        {
            Rewriter.Query(statement);
        }
        else
        {
            _server.Replies.Add(new OwedReply(ReplyKind.Query));
        }

        Prelude.WriteAgain(_server, _client.Claims, _output);
        _server.Effects &= ~(SessionEffects.Resets | SessionEffects.Unprepares);
        _server.NeedsPreludeCheck = true;
        return FrameDisposition.Replace;
    }

    // A Bind of what was prepared when other verdicts held, or may have been.
    private FrameDisposition BindAgain(ClientGate gate, uint length, ReadOnlySpan<byte> body)
    {
        if (!StatementRewriter.TryReadNames(body, 2, length, out var portal, out var name, out var other))
        {
            return other;
        }

        if (!name.IsEmpty && MustWait)
        {
            return FrameDisposition.NeedReply;
        }

        if (!gate.TryRefresh(_server))
        {
            return FrameDisposition.NeedPolicy;
        }

        if ((_isMultiplexed ? gate.CheckBound(Rewriter.Find(name), _cache) : gate.CheckBound(name, _cache)) is { } denial)
        {
            return Denials.Bind(denial);
        }

        gate.Bound(portal);
        return _isMultiplexed ? Rewriter.Bind(length, body) : Pass(ReplyKind.Bind);
    }

    private FrameDisposition Pass(ReplyKind owed)
    {
        _server.Replies.Add(new OwedReply(owed));
        return FrameDisposition.Pass;
    }
}
