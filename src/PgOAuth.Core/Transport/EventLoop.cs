using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace PgOAuth.Transport;

/// <summary>
/// Runs the work of the connections it owns, one piece at a time: whatever runs on a loop needs no lock against anything
/// else of that loop (ADR 7). <c>await loop</c> brings a method back to it.
/// </summary>
/// <remarks>
/// It brings the method that says so, and not the one that called it: whoever called from elsewhere may find the work done when it looks,
/// and go on where it is. So it is said where the loop is needed, and never by a helper.
/// </remarks>
internal abstract class EventLoop : IThreadPoolWorkItem
{
    /// <summary>Then sockets get their turn.</summary>
    private const int MaxAtOnce = 1024;

    [ThreadStatic]
    private static EventLoop? _current;

    private readonly ConcurrentQueue<WorkItem> _outside = new();
    private readonly Queue<WorkItem> _local = new();
    private readonly Action<Exception> _faulted;
    private int _connections;
    private int _isTurnQueued;
    private long _turnQueued;
    private long _now;

    /// <param name="number">From 0.</param>
    /// <param name="faulted">Told of an exception that reached the loop: a defect. The loop goes on.</param>
    protected EventLoop(int number, Action<Exception> faulted)
    {
        Number = number;
        _faulted = faulted;
        Clock = () => _now != 0 ? _now : _now = Stopwatch.GetTimestamp();
    }

    /// <summary>The loop that runs on this thread now; null elsewhere.</summary>
    internal static EventLoop? Current
    {
        get => _current;
        private protected set => _current = value;
    }

    /// <summary>From 0, for logs and metrics.</summary>
    internal int Number { get; }

    internal bool IsCurrent => _current == this;

    /// <summary>Connections that live here. May be read from anywhere.</summary>
    internal int Connections => Volatile.Read(ref _connections);

    /// <summary>How long the latest round of events took: what the last of them had to wait, in <see cref="TimeSpan"/> ticks.</summary>
    internal long LagTicks { get; private protected set; }

    /// <summary>
    /// When something of this round of events first asked, in the units of <see cref="Stopwatch"/>: a clock read for each message would
    /// cost more than it tells. On the loop.
    /// </summary>
    internal Func<long> Clock { get; }

    internal void ConnectionAdded() => Interlocked.Increment(ref _connections);

    internal void ConnectionRemoved() => Interlocked.Decrement(ref _connections);

    /// <summary>Runs work on this loop, soon, behind what is running. From any thread; in order for each caller.</summary>
    internal void Post(Action<object?> work, object? state)
    {
        if (IsCurrent)
        {
            _local.Enqueue(new WorkItem(work, state));
        }
        else
        {
            _outside.Enqueue(new WorkItem(work, state));
            Wake();
        }
    }

    /// <summary>Makes <c>await loop</c> go on here; at once when it is here already.</summary>
    internal LoopAwaiter GetAwaiter() => new(this, isTurn: false);

    /// <summary>Goes on on the loop behind what waits there by now, so that nobody keeps the others from their turn.</summary>
    internal LoopAwaiter NextTurn() => new(this, isTurn: true);

    /// <summary>Makes <c>await EventLoop.Enter(loop)</c> go on there, as <c>await loop</c> does; where it is when there is no loop.</summary>
    internal static LoopAwaiter Enter(EventLoop? loop) => new(loop, isTurn: false);

    /// <summary>Makes <c>await EventLoop.Leave()</c> go on on the thread pool: for whatever may take long, and for code of the host.</summary>
    internal static LoopExit Leave() => default;

    /// <summary>A turn on a thread of the pool.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        Current = this;
        RoundBegins();
        var isBehind = RunPosted();
        LagTicks = Stopwatch.GetElapsedTime(_turnQueued).Ticks;
        Current = null;
        Interlocked.Exchange(ref _isTurnQueued, 0);
        if (isBehind || !_outside.IsEmpty)
        {
            QueueTurn();
        }
    }

    /// <summary>Called when something was posted from outside.</summary>
    protected abstract void Wake();

    /// <summary>Has the loop take its next turn on a thread of the pool. For loops without a thread of their own; one turn at a time.</summary>
    private protected void QueueTurn()
    {
        if (Interlocked.Exchange(ref _isTurnQueued, 1) == 0)
        {
            _turnQueued = Stopwatch.GetTimestamp();
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Time has passed.</summary>
    private protected void RoundBegins() => _now = 0;

    /// <summary>Runs what was posted until now; what that posts waits for the next round, so that sockets get their turn.</summary>
    /// <returns>Whether something is left.</returns>
    private protected bool RunPosted()
    {
        var left = MaxAtOnce;
        while (left-- > 0 && _outside.TryDequeue(out var item))
        {
            Run(item);
        }

        for (var i = _local.Count; i > 0; i--)
        {
            Run(_local.Dequeue());
        }

        return _local.Count > 0 || left < 0;
    }

    /// <summary>Sessions catch what is theirs; what comes here would otherwise end the process.</summary>
    private protected void Fault(Exception error) => _faulted(error);

    private void Run(WorkItem item)
    {
        try
        {
            item.Work(item.State);
        }
        catch (Exception error)
        {
            Fault(error);
        }
    }

    private readonly record struct WorkItem(Action<object?> Work, object? State);

    internal readonly struct LoopAwaiter(EventLoop? loop, bool isTurn) : ICriticalNotifyCompletion
    {
        internal bool IsCompleted => loop is null || (!isTurn && loop.IsCurrent);

        internal LoopAwaiter GetAwaiter() => this;

        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        public void UnsafeOnCompleted(Action continuation) => loop!.Post(static state => ((Action)state!)(), continuation);

        internal void GetResult()
        {
        }
    }

    internal readonly struct LoopExit : ICriticalNotifyCompletion
    {
        internal bool IsCompleted => Current is null;

        internal LoopExit GetAwaiter() => this;

        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        public void UnsafeOnCompleted(Action continuation) => ThreadPool.UnsafeQueueUserWorkItem(static state => state(), continuation, preferLocal: false);

        internal void GetResult()
        {
        }
    }
}
