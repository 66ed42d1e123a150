using System.Runtime.CompilerServices;

namespace PgOAuth.Transport;

/// <summary>
/// Runs the work of the connections it owns, one piece at a time: whatever runs on a loop needs no lock against anything
/// else of that loop (ADR 7). <c>await loop</c> brings a method back to it.
/// </summary>
internal abstract class EventLoop
{
    [ThreadStatic]
    private static EventLoop? _current;

    private readonly Queue<WorkItem> _local = new();
    private int _connections;

    protected EventLoop(int number) => Number = number;

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
            PostFromOutside(new WorkItem(work, state));
        }
    }

    /// <summary>Makes <c>await loop</c> go on here; at once when it is here already.</summary>
    internal LoopAwaiter GetAwaiter() => new(this);

    /// <summary>Makes <c>await EventLoop.Leave()</c> go on on the thread pool: for whatever may take long, and for code of the host.</summary>
    internal static LoopExit Leave() => default;

    protected abstract void PostFromOutside(WorkItem item);

    /// <summary>Runs what was posted from the loop itself until now; what that posts waits for the next round, so that sockets get their turn.</summary>
    /// <returns>Whether something is left.</returns>
    private protected bool RunLocal()
    {
        for (var i = _local.Count; i > 0; i--)
        {
            _local.Dequeue().Run();
        }

        return _local.Count > 0;
    }

    internal readonly record struct WorkItem(Action<object?> Work, object? State)
    {
        internal void Run() => Work(State);
    }

    internal readonly struct LoopAwaiter(EventLoop loop) : ICriticalNotifyCompletion
    {
        internal bool IsCompleted => loop.IsCurrent;

        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        public void UnsafeOnCompleted(Action continuation) => loop.Post(static state => ((Action)state!)(), continuation);

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
