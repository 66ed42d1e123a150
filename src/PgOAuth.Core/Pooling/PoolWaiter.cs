using System.Threading.Tasks.Sources;
using PgOAuth.Relay;
using PgOAuth.Sessions;

namespace PgOAuth.Pooling;

/// <summary>Stage 5: a session's place in the queue of a pool; one object for all the waits of a session.</summary>
internal sealed class PoolWaiter : IValueTaskSource<ServerLink>
{
    private ManualResetValueTaskSourceCore<ServerLink> _source;
    private CancellationTokenRegistration _cancellation;
    private CancellationToken _token;
    private ServerPool? _pool;
    private PooledServer? _server;
    private Exception? _error;
    private bool _isNotified;

    internal PoolWaiter(PoolLease lease)
    {
        Lease = lease;
        Node = new LinkedListNode<PoolWaiter>(this);
    }

    internal PoolLease Lease { get; }

    internal LinkedListNode<PoolWaiter> Node { get; }

    /// <summary>When the wait began.</summary>
    internal long Since { get; private set; }

    /// <summary>May be read from anywhere.</summary>
    internal bool IsWaiting => Volatile.Read(ref _pool) is not null;

    internal ValueTask<ServerLink> Task => new(this, _source.Version);

    internal void Begin(ServerPool pool, long now, CancellationToken cancellationToken)
    {
        _source.Reset();
        _server = null;
        _error = null;
        _isNotified = false;
        _token = cancellationToken;
        Since = now;
        Volatile.Write(ref _pool, pool);
        if (cancellationToken.CanBeCanceled)
        {
            _cancellation = cancellationToken.UnsafeRegister(static (self, token) => ((PoolWaiter)self!).Cancel(token), this);
        }
    }

    /// <summary>The session goes on with this connection, behind what runs on the loop now.</summary>
    internal void Succeed(PooledServer server)
    {
        _server = server;
        Complete();
    }

    internal void Fail(SessionFailure failure)
    {
        _error = new NoServerException(failure);
        Complete();
    }

    /// <summary>Tells the client, once, what it waits for.</summary>
    internal void Notify()
    {
        if (!_isNotified)
        {
            _isNotified = true;
            Lease.NotifyWaiting();
        }
    }

    ServerLink IValueTaskSource<ServerLink>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ServerLink>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<ServerLink>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void Complete()
    {
        var pool = _pool!;
        Volatile.Write(ref _pool, null);
        _cancellation.Unregister();
        _cancellation = default;

        // Posted: whoever gives a connection back is in the middle of its own work.
        pool.Loop.Post(static self => ((PoolWaiter)self!).Finish(), this);
    }

    private void Finish()
    {
        if (Lease.Notice is { } notice)
        {
            Lease.Notice = null;
            if (!notice.IsCompleted)
            {
                _ = FinishLaterAsync(notice);
                return;
            }
        }

        if (_error is { } error)
        {
            _source.SetException(error);
        }
        else
        {
            _source.SetResult(Lease.Keep(_server!));
        }
    }

    /// <summary>What the session says next must not land inside the notice.</summary>
    private async Task FinishLaterAsync(Task notice)
    {
        await notice.ConfigureAwait(false);
        await Lease.Pool.Loop;
        Finish();
    }

    private void Cancel(CancellationToken token) => Volatile.Read(ref _pool)?.Loop.Post(
        static state =>
        {
            var (self, token) = ((PoolWaiter, CancellationToken))state!;

            // By now it may have got its connection, and even wait for the next one.
            if (self._pool is { } pool && self._token == token)
            {
                pool.Remove(self);
                self._error = new OperationCanceledException(token);
                self.Complete();
            }
        },
        (this, token));
}
