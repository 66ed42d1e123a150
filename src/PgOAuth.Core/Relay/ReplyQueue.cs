using System.Runtime.CompilerServices;
using PgOAuth.Enforcement;
using PgOAuth.Protocol.Backend;
using Types = PgOAuth.Protocol.MessageTypes.Backend;

namespace PgOAuth.Relay;

/// <summary>
/// Stage 6: what a server connection owes, in the order of the messages sent, moved on by PostgreSQL's own rules
/// (<c>PostgresMain</c> and <c>SocketBackend</c> in postgres.c, <c>CopyGetData</c> in copyfromparse.c).
/// </summary>
/// <remarks>Not thread-safe. Allocates only to grow.</remarks>
internal sealed class ReplyQueue
{
    /// <summary>So many messages that wait for a reply are enough: the next one stays with the client until <see cref="Few"/> are left.</summary>
    /// <remarks>A little less than a power of two: what one message of the client's makes the proxy add fits the same ring.</remarks>
    internal const int Enough = 8000;

    /// <summary>Half: while the client's next messages are read, the server has as many to work on.</summary>
    internal const int Few = Enough / 2;

    private const int FirstSize = 16;

    // A longer ring is given back when it is empty.
    private const int LongestKept = 1024;

    private OwedReply[] _ring = [];
    private int _head;
    private bool _isBatchOpen;
    private bool _isCopyOpen;
    private int _ignoredSyncs;
    private long _taken;
    private int _borders;

    /// <summary>What ReadyForQuery said last.</summary>
    internal byte TransactionStatus { get; private set; } = ReadyForQuery.Idle;

    /// <summary>False as soon as a reply did not fit: from then on nobody can tell what is owed.</summary>
    internal bool IsAccountable { get; private set; } = true;

    /// <summary>Whether <see cref="TransactionStatus"/> still holds for the next message, but for what its own batch does.</summary>
    internal bool IsStatusKnown => _borders == 0;

    /// <summary>Whether what was sent has an end that comes without anything more: a Query's, or that of a batch with its Sync.</summary>
    internal bool IsFinishing => _borders > 0 && !_isCopyOpen;

    /// <summary>Whether the next message comes outside a transaction and cannot be discarded, unless a prelude fails and with it the connection.</summary>
    internal bool IsFresh
    {
        get
        {
            for (var i = 0; i < Count; i++)
            {
                if ((_ring[(_head + i) & (_ring.Length - 1)].Use & ReplyUse.Required) == 0)
                {
                    return false;
                }
            }

            return TransactionStatus == ReadyForQuery.Idle && !IsSkipping && (Count > 0 || !_isBatchOpen);
        }
    }

    /// <summary>Messages that are not answered.</summary>
    internal int Count { get; private set; }

    /// <summary>Grows with each entry: the number of the next one.</summary>
    internal long NextNumber => _taken + Count;

    /// <summary>Everything before this entry is over, its transaction and its portals included.</summary>
    internal long IdleNumber { get; private set; }

    /// <summary>Whether nothing is owed, no batch is open and the server is outside a transaction.</summary>
    internal bool IsIdle => Count == 0 && !_isBatchOpen && TransactionStatus == ReadyForQuery.Idle;

    /// <summary>Whether the server discards what it gets, up to the next Sync.</summary>
    internal bool IsSkipping { get; private set; }

    /// <summary>Grows with each Sync: what is of one batch is discarded together.</summary>
    internal long Batch { get; private set; }

    /// <summary>Entries that there is memory for.</summary>
    internal int Capacity => _ring.Length;

    /// <summary>What the client's unnamed statement is, as of the last reply.</summary>
    internal Statement? Unnamed { get; set; }

    /// <summary>The number of the last message to change it that failed or was discarded.</summary>
    internal long LostUnnamed { get; private set; } = -1;

    /// <summary>Whether the server works, or keeps a batch or a COPY open, for somebody.</summary>
    internal bool IsBusy => Count > 0 || _isBatchOpen;

    /// <summary>Whether rows and copied data have their place now, and go to the client.</summary>
    internal bool PassesBulk => Count > 0 && Head.Kind is ReplyKind.Query or ReplyKind.Execute && (Head.Use & ReplyUse.Drop) == 0;

    private ref OwedReply Head => ref _ring[_head];

    /// <summary>How the next reply is used; that of a message which nobody asked for passes.</summary>
    internal ReplyUse NextUse => Count > 0 ? Head.Use : ReplyUse.Pass;

    /// <summary>Whether the entry with this number was answered.</summary>
    internal bool IsAnswered(long number) => number < _taken;

    /// <summary>Notes that a message goes to the server; see <see cref="Enough"/>.</summary>
    internal void Add(in OwedReply entry)
    {
        switch (entry.Kind)
        {
            case ReplyKind.Sync:
                if (_isCopyOpen)
                {
                    _ignoredSyncs++;
                    return;
                }

                IsSkipping = false;
                _isBatchOpen = false;
                Batch++;
                break;

            case ReplyKind.CopyEnd:
                // Outside COPY the server ignores it, and where nothing is owed there is no COPY.
                if (_isCopyOpen || Count == 0)
                {
                    _isCopyOpen = false;
                    return;
                }

                break;

            case ReplyKind.Query or ReplyKind.FunctionCall:
                // Ends the batch and its implicit transaction, unless it is skipped (A19).
                _isBatchOpen &= IsSkipping;
                break;

            default:
                _isBatchOpen = true;
                break;
        }

        if (IsSkipping)
        {
            entry.Skipped();
            return;
        }

        if (Count == _ring.Length)
        {
            Grow();
        }

        _ring[(_head + Count) & (_ring.Length - 1)] = entry;
        Count++;
        _borders += IsBorder(entry) ? 1 : 0;
    }

    /// <summary>Moves on by a reply that is neither an error nor ReadyForQuery nor one that may come at any time.</summary>
    internal ReplyUse Take(byte type)
    {
        if (Count == 0)
        {
            IsAccountable = false;
            return ReplyUse.Pass;
        }

        ref var head = ref Head;
        var use = head.Use;
        switch (head.Kind)
        {
            case ReplyKind.Query when type is Types.RowDescription or Types.DataRow or Types.CommandComplete or Types.EmptyQueryResponse or Types.CopyOutResponse or Types.CopyData or Types.CopyDone:
                EndCopyIn(type);
                return use;

            case ReplyKind.FunctionCall when type is Types.FunctionCallResponse:
                return use;

            case ReplyKind.Execute when type is Types.DataRow or Types.CopyOutResponse or Types.CopyData or Types.CopyDone:
                return use;

            case ReplyKind.Execute when type is Types.CommandComplete or Types.EmptyQueryResponse or Types.PortalSuspended:
                EndCopyIn(type);
                Pop();
                return use;

            case ReplyKind.Query or ReplyKind.Execute when type is Types.CopyInResponse:
                BeginCopyIn();
                return use;

            case ReplyKind.Parse when type is Types.ParseComplete:
            case ReplyKind.Bind when type is Types.BindComplete:
            case ReplyKind.Close when type is Types.CloseComplete:
            case ReplyKind.DescribePortal when type is Types.RowDescription or Types.NoData:
            case ReplyKind.DescribeStatement when head.IsHalfway && type is (Types.RowDescription or Types.NoData):
                Pop();
                return use;

            case ReplyKind.DescribeStatement when !head.IsHalfway && type is Types.ParameterDescription:
                head.IsHalfway = true;
                return use;

            default:
                IsAccountable = false;
                return ReplyUse.Pass;
        }
    }

    /// <summary>Moves on by an error that leaves the connection open.</summary>
    /// <param name="fault">What it says of a prepared statement.</param>
    internal ReplyUse TakeError(StatementFault fault = StatementFault.None)
    {
        if (Count == 0)
        {
            IsAccountable = false;
            return ReplyUse.Pass;
        }

        // A Sync that was sent before the error came may have been read by COPY, or not: nobody can tell (A29).
        IsAccountable &= _ignoredSyncs == 0;
        _isCopyOpen = false;
        _ignoredSyncs = 0;
        var use = Head.Use;
        if (EndsReady(Head.Kind))
        {
            Head.Failed(fault);
            return use;
        }

        var failed = Drop();
        if ((failed.Use & ReplyUse.Unnamed) != 0)
        {
            // PostgreSQL drops the old one before it looks at the new one.
            Unnamed = null;
            LostUnnamed = _taken - 1;
        }

        failed.Failed(fault);
        while (Count > 0 && Head.Kind is not ReplyKind.Sync)
        {
            Skip(Drop());
        }

        IsSkipping = Count == 0;
        Settle();
        return use;
    }

    /// <summary>Moves on by ReadyForQuery.</summary>
    internal ReplyUse TakeReady(byte status)
    {
        TransactionStatus = status;
        _isCopyOpen = false;
        _ignoredSyncs = 0;
        while (Count > 0)
        {
            var head = Head;
            if (EndsReady(head.Kind))
            {
                Drop();
                Note(head);
                Settle();
                if (status == ReadyForQuery.Idle)
                {
                    IdleNumber = _taken;
                }

                return head.Use;
            }

            // The nearest place where it can belong: what follows is still handed to the right client.
            IsAccountable = false;
            Skip(Drop());
        }

        IsAccountable = false;
        return ReplyUse.Pass;
    }

    /// <summary>COPY reads on until the client says that it is over; Sync messages that it meets are ignored, those already sent as well.</summary>
    private void BeginCopyIn()
    {
        var at = 1;
        _isCopyOpen = true;
        while (at < Count)
        {
            var kind = _ring[(_head + at) & (_ring.Length - 1)].Kind;
            if (kind is not (ReplyKind.Sync or ReplyKind.CopyEnd))
            {
                // The server will end the connection over it.
                break;
            }

            at++;
            if (kind is ReplyKind.CopyEnd)
            {
                _isCopyOpen = false;
                break;
            }

            _ignoredSyncs++;
        }

        if (at > 1)
        {
            var head = Head;
            for (; at > 1; at--)
            {
                Drop();
            }

            Head = head;
            _borders += IsBorder(head) ? 1 : 0;
        }
    }

    private void EndCopyIn(byte type)
    {
        if (type is Types.CommandComplete)
        {
            IsAccountable &= !_isCopyOpen;
            _isCopyOpen = false;
            _ignoredSyncs = 0;
        }
    }

    private void Pop()
    {
        var done = Drop();
        Note(done);
        done.Done();
        Settle();
    }

    private OwedReply Drop()
    {
        var entry = Head;
        Head = default;
        _head = (_head + 1) & (_ring.Length - 1);
        Count--;
        _taken++;
        _borders -= IsBorder(entry) ? 1 : 0;
        return entry;
    }

    // What the proxy adds fails as a whole or not at all, and then the connection is over.
    private static bool IsBorder(in OwedReply entry) => EndsReady(entry.Kind) && (entry.Use & ReplyUse.Drop) == 0;

    // Whether ReadyForQuery ends it, after an error as well.
    private static bool EndsReady(ReplyKind kind) => kind is ReplyKind.Query or ReplyKind.Sync or ReplyKind.FunctionCall;

    private void Skip(in OwedReply dropped)
    {
        if ((dropped.Use & ReplyUse.Unnamed) != 0)
        {
            LostUnnamed = _taken - 1;
        }

        dropped.Skipped();
    }

    private void Note(in OwedReply done)
    {
        if ((done.Use & ReplyUse.Unnamed) != 0)
        {
            Unnamed = done.Unnamed;
        }
    }

    // A CopyDone or CopyFail outside COPY is ignored by the server.
    private void Settle()
    {
        while (Count > 0 && Head.Kind is ReplyKind.CopyEnd)
        {
            Drop();
        }

        if (Count == 0 && _ring.Length > LongestKept)
        {
            _ring = [];
            _head = 0;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow()
    {
        var larger = new OwedReply[Math.Max(FirstSize, _ring.Length * 2)];
        for (var i = 0; i < Count; i++)
        {
            larger[i] = _ring[(_head + i) & (_ring.Length - 1)];
        }

        _ring = larger;
        _head = 0;
    }
}
