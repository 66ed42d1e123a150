using PgOAuth.Relay;
using PgOAuth.Sessions;

namespace PgOAuth.Pooling;

/// <content>How connections come, go, and are looked after.</content>
internal sealed partial class ServerPool
{
    private static readonly TimeSpan ResetTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Whether there is anything that <see cref="Sweep"/> has to look at soon. May be asked from anywhere.</summary>
    internal bool NeedsAttention => Waiting > 0 || (Servers.Length > Idle && (_group.Options.IdleTransactionTimeout > TimeSpan.Zero || IsAnyResetting()));

    /// <summary>Looks after those who wait long, and connections that are old, unused, stuck or left in a transaction. Called now and then.</summary>
    internal void Sweep()
    {
        var now = _group.Time.GetTimestamp();
        SweepWaiters(now);
        for (var i = _idle.Count - 1; i >= 0; i--)
        {
            var server = _idle[i];
            if (!server.Link.IsUsable || _group.IsStale(server, now) || _group.IsUnused(server, now))
            {
                RemoveIdle(i);
                Close(server);
            }
        }

        foreach (var server in _servers)
        {
            if (server.ResettingSince is { } since && _group.Time.GetElapsedTime(since, now) >= ResetTimeout)
            {
                server.Link.Close();
            }
            else if (_group.Options.IdleTransactionTimeout > TimeSpan.Zero && server.User is { } user
                && server.StillSince(now) is { } still && _group.Time.GetElapsedTime(still, now) >= _group.Options.IdleTransactionTimeout)
            {
                user.EndIdleTransaction();
            }
        }

        Serve(wereOthersAsked: true);
        while (_group.TryWarmUp())
        {
            Open();
        }
    }

    /// <summary>Closes what is idle and to be replaced; what is in use is closed when it comes back (see <see cref="PoolGroup.IsStale"/>).</summary>
    internal void CloseReplaced()
    {
        for (var i = _idle.Count - 1; i >= 0; i--)
        {
            var server = _idle[i];
            if (server.Generation != _group.Generation)
            {
                RemoveIdle(i);
                Close(server);
            }
        }
    }

    /// <summary>Closes what is idle; what is in use is closed when it comes back.</summary>
    internal void CloseIdle()
    {
        while (_idle.Count > 0)
        {
            var server = _idle[^1];
            RemoveIdle(_idle.Count - 1);
            Close(server);
        }
    }

    /// <summary>Another pool's clients wait for a place under the cap: closes what has been idle longest, if they still do.</summary>
    internal void Evict(PoolGroup asking)
    {
        if (_group.Cap!.IsOwed(_group, null))
        {
            if (_idle.Count > 0)
            {
                CloseOldest();
            }
            else
            {
                // Taken in the meantime; another pool may have one.
                _group.Cap.Evict(asking);
            }
        }
    }

    /// <summary>Closes everything: the proxy is at its end. Whoever has a connection gives it back later, and finds it closed.</summary>
    internal void CloseAll()
    {
        CloseIdle();
        foreach (var server in _servers)
        {
            server.Link.Close();
        }
    }

    private void CloseOldest()
    {
        var server = _idle[0];
        RemoveIdle(0);
        Close(server);
    }

    private void SweepWaiters(long now)
    {
        for (var node = _waiters.First; node is not null;)
        {
            var waiter = node.Value;
            node = node.Next;
            var waited = _group.Time.GetElapsedTime(waiter.Since, now);
            if (waited >= _group.Options.WaitTimeout)
            {
                Fail(waiter, new SessionFailure(SessionEndReason.PoolWaitTimeout, _group.LastFailure));
            }
            else if (_group.Options.WaitNotice > TimeSpan.Zero && waited >= _group.Options.WaitNotice)
            {
                waiter.Notify();
            }
        }
    }

    private bool IsAnyResetting()
    {
        foreach (var server in Servers)
        {
            if (server.ResettingSince is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds a connection that came from another loop.</summary>
    private void Adopt(PooledServer server)
    {
        Interlocked.Decrement(ref _arriving);
        Add(server);
        Offer(server, _group.Time.GetTimestamp());
    }

    /// <summary>Gives a connection to another loop, behind what runs here: its own method may be what gave it back, and must wait for bytes by then.</summary>
    private void Move(PooledServer server, ServerPool to)
    {
        Interlocked.Increment(ref to._arriving);
        Drop(server);
        _loop.Post(
            static state =>
            {
                var (server, to) = ((PooledServer, ServerPool))state!;

                // From now on what happens to it happens there.
                server.Pool = to;
                server.Link.Upstream.Connection!.MoveTo(to.Loop, static state =>
                {
                    var server = (PooledServer)state!;
                    server.Pool.Adopt(server);
                }, server);
            },
            (server, to));
    }

    /// <summary>Gets connections for those who wait: idle ones of other loops first, unless these were asked already.</summary>
    private void Grow(bool wereOthersAsked = false)
    {
        if (!IsHungry || (!wereOthersAsked && _group.AskOthers(this)))
        {
            _group.Cap?.Leave(this);
            return;
        }

        while (IsHungry && _group.TryOpen(this, _hungrySince))
        {
            Open();
        }
    }

    private void Open()
    {
        Volatile.Write(ref _opening, _opening + 1);
        _ = OpenAsync();
    }

    private async Task OpenAsync()
    {
        // Never from within what the caller is about to do.
        await _loop.NextTurn();
        var generation = _group.Generation;
        var (link, failure) = await ConnectAsync().ConfigureAwait(false);
        await _loop;
        Volatile.Write(ref _opening, _opening - 1);
        if (link is null)
        {
            _group.OpenFailed(failure!);
            Serve();
            return;
        }

        var server = new PooledServer(link, this, _group.Time.GetTimestamp(), _group.Time.GetUtcNow(), generation);
        Add(server);
        if (generation != _group.Generation)
        {
            // Everything that was open when that was said is to go, and this one was nearly.
            Close(server);
            return;
        }

        _group.Opened(server);
        link.Ended = _ => server.Pool.LinkEnded(server);
        link.Start();
        Offer(server, _group.Time.GetTimestamp(), isNew: true);
    }

    private async ValueTask<(ServerLink? Link, SessionFailure? Failure)> ConnectAsync()
    {
        try
        {
            return await _group.ConnectAsync(_loop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return (null, new SessionFailure(SessionEndReason.ProxyStopping));
        }
        catch (Exception error)
        {
            // A defect, or code of the host: the place in the pool must not be lost over it.
            return (null, new SessionFailure(SessionEndReason.InternalError, error.GetType().Name));
        }
    }

    /// <summary>One in use is given back by its session, which learns it as well; one that is reset or held is told by itself.</summary>
    private void LinkEnded(PooledServer server)
    {
        var index = _idle.IndexOf(server);
        if (index >= 0)
        {
            RemoveIdle(index);
            Close(server);
        }
    }

    private void Close(PooledServer server)
    {
        if (!Drop(server))
        {
            return;
        }

        server.Dispose();
        server.Link.Close();
        _group.Closed();
        if (!_isServing)
        {
            // Its place is free: here, or on another loop.
            Grow();
        }

        _group.HungrierThan(this)?.Poke();
    }

    private void Add(PooledServer server) => Volatile.Write(ref _servers, [.. _servers, server]);

    private bool Drop(PooledServer server)
    {
        var index = Array.IndexOf(_servers, server);
        if (index < 0)
        {
            return false;
        }

        Volatile.Write(ref _servers, [.. _servers.AsSpan(0, index), .. _servers.AsSpan(index + 1)]);
        return true;
    }
}
