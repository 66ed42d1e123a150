using PgOAuth.Enforcement;
using PgOAuth.Protocol;
using Types = PgOAuth.Protocol.MessageTypes.Frontend;

namespace PgOAuth.Relay;

/// <summary>
/// Stage 6: the prepared statements of the proxy's on one server connection, shared by all sessions that use it, the
/// least recently used closed first. Whatever it adds to the stream has an entry in the reply queue.
/// </summary>
internal sealed class ServerStatements
{
    // A connection that is over its size is brought back step by step, so that one message costs a bounded amount.
    private const int ClosedAtOnce = 2;

    private readonly Dictionary<Statement, ServerStatement> _statements = [];
    private readonly ReplyQueue _replies;
    private readonly int _max;
    private ServerStatement? _newest;
    private ServerStatement? _oldest;
    private int _generation;

    internal ServerStatements(ReplyQueue replies, int max)
    {
        _replies = replies;
        _max = Math.Max(1, max);
    }

    /// <summary>Statements that are kept, those on their way included.</summary>
    internal int Count { get; private set; }

    /// <summary>Whether a message that is sent now finds it on the server.</summary>
    internal bool Has(Statement statement) => _statements.TryGetValue(statement, out var known) && IsReliable(known);

    /// <summary>Makes sure that a message that is sent next finds it, if necessary by a Parse whose reply nobody gets.</summary>
    /// <returns>Null for a statement whose text was never kept and which the server does not have.</returns>
    internal ServerStatement? Use(Statement statement, MessageWriter output)
    {
        var known = Find(statement);
        if (!IsReliable(known))
        {
            if (!CanParse(statement))
            {
                Settle(known);
                return null;
            }

            Prepare(known, output);
            output.BeginMessage(Types.Parse);
            output.WriteCString(statement.ServerName);
            output.WriteBytes(statement.ParseBody.Span);
            output.EndMessage();
            _replies.Add(new OwedReply(ReplyKind.Parse, ReplyUse.Drop, known));
        }

        Touch(known);
        if (_replies.IsSkipping)
        {
            Settle(known);
        }

        return known;
    }

    /// <summary>What must go in front of a Parse of it that the client gets the reply of. The Parse itself is the caller's.</summary>
    internal ServerStatement BeginParse(Statement statement, MessageWriter output)
    {
        var known = Find(statement);
        Prepare(known, output);
        Touch(known);
        return known;
    }

    /// <summary>From the next message on nothing is certain any more: what is sent next may remove any statement.</summary>
    internal void Doubt() => _generation++;

    /// <summary>A reply said that the server removed all of them.</summary>
    internal void Removed()
    {
        foreach (var known in _statements.Values)
        {
            known.Exists = false;
            known.IsUncertain = false;
            Settle(known);
        }
    }

    /// <summary>All are gone, and nothing is on its way.</summary>
    internal void Clear()
    {
        _statements.Clear();
        _newest = _oldest = null;
        Count = 0;
    }

    /// <summary>After a reply: one that neither exists nor is on its way is forgotten; one whose Close was discarded is back.</summary>
    internal void Settle(ServerStatement known)
    {
        if (known.Pending > 0)
        {
            return;
        }

        if (known.Exists || known.IsUncertain)
        {
            if (!known.IsListed)
            {
                List(known);
            }

            return;
        }

        Unlist(known);
        _statements.Remove(known.Statement);
    }

    /// <summary>False for a text beyond the cap for whole messages, which was passed on and not kept: a real body holds a zero and a count at least.</summary>
    internal static bool CanParse(Statement statement) => statement.ParseBody.Length >= 3;

    private bool IsReliable(ServerStatement known) =>
        known.Generation == _generation
        && !known.IsUncertain
        && _replies.IsAccountable
        && (known.Pending == 0 ? known.Exists : known.SentExists && known.SentBatch == _replies.Batch);

    private ServerStatement Find(Statement statement)
    {
        if (!_statements.TryGetValue(statement, out var known))
        {
            known = new ServerStatement(this, statement);
            _statements.Add(statement, known);
        }

        return known;
    }

    // Closes what may be there under the name, makes room, and notes the Parse that follows.
    private void Prepare(ServerStatement known, MessageWriter output)
    {
        var isGone = known.Pending > 0
            ? !known.SentExists && known.SentBatch == _replies.Batch
            : !known.Exists && !known.IsUncertain;
        if (!isGone || !_replies.IsAccountable)
        {
            Close(known, output);
        }

        for (var closed = 0; !_replies.IsSkipping && Count >= _max + (known.IsListed ? 1 : 0) && closed < ClosedAtOnce && Oldest(known) is { } oldest; closed++)
        {
            Close(oldest, output);
            Unlist(oldest);
        }

        known.Generation = _generation;
        known.IsUncertain = false;
        known.Sent(exists: true, _replies.Batch);
    }

    // Closing a statement would close its portals: one that was used since the server was last idle stays.
    private ServerStatement? Oldest(ServerStatement except)
    {
        var oldest = _oldest;
        if (oldest == except)
        {
            oldest = oldest.Newer;
        }

        return oldest is { Pending: 0 } && oldest.UsedNumber < _replies.IdleNumber ? oldest : null;
    }

    private void Close(ServerStatement known, MessageWriter output)
    {
        output.BeginMessage(Types.Close);
        output.WriteByte((byte)'S');
        output.WriteCString(known.Statement.ServerName);
        output.EndMessage();
        known.Sent(exists: false, _replies.Batch);
        _replies.Add(new OwedReply(ReplyKind.Close, ReplyUse.Drop, known));
    }

    private void Touch(ServerStatement known)
    {
        known.UsedNumber = _replies.NextNumber;
        if (known != _newest)
        {
            Unlist(known);
            List(known);
        }
    }

    private void List(ServerStatement known)
    {
        known.Older = _newest;
        known.Newer = null;
        if (_newest is not null)
        {
            _newest.Newer = known;
        }

        _newest = known;
        _oldest ??= known;
        known.IsListed = true;
        Count++;
    }

    private void Unlist(ServerStatement known)
    {
        if (!known.IsListed)
        {
            return;
        }

        if (known.Newer is { } newer)
        {
            newer.Older = known.Older;
        }
        else
        {
            _newest = known.Older;
        }

        if (known.Older is { } older)
        {
            older.Newer = known.Newer;
        }
        else
        {
            _oldest = known.Newer;
        }

        known.Newer = known.Older = null;
        known.IsListed = false;
        Count--;
    }
}
