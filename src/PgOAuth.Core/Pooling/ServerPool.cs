using PgOAuth.Operations;
using PgOAuth.Relay;
using PgOAuth.Sessions;
using PgOAuth.Transport;

namespace PgOAuth.Pooling;

/// <summary>
/// Stage 5: the server connections of one <see cref="PoolGroup"/> that live on one loop, and the sessions there that wait for
/// one. Runs on that loop only, so nothing here locks; numbers that other loops read are a moment late at most.
/// </summary>
internal sealed partial class ServerPool
{
    /// <summary>How many idle connections are looked at for one that the same person used last.</summary>
    private const int Preferred = 16;

    private readonly PoolGroup _group;
    private readonly EventLoop _loop;
    private readonly List<PooledServer> _idle = [];
    private readonly LinkedList<PoolWaiter> _waiters = [];
    private PooledServer[] _servers = [];
    private bool _isServing;
    private int _opening;
    private int _arriving;
    private int _hungry;
    private int _waiting;
    private int _idleCount;
    private long _idleSince;
    private long _hungrySince;
    private long _waitingSince;

    internal ServerPool(PoolGroup group, EventLoop loop)
    {
        _group = group;
        _loop = loop;
    }

    internal EventLoop Loop => _loop;

    internal PoolGroup Group => _group;

    /// <summary>Sessions that wait. May be read from anywhere.</summary>
    internal int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Connections to give out. May be read from anywhere.</summary>
    internal int Idle => Volatile.Read(ref _idleCount);

    /// <summary>Since when the one has been idle that is so longest; says nothing when none is. May be read from anywhere.</summary>
    internal long IdleSince => Volatile.Read(ref _idleSince);

    /// <summary>Connections that are being opened. May be read from anywhere.</summary>
    internal int Opening => Volatile.Read(ref _opening);

    /// <summary>All connections but those that are moving. May be read from anywhere; the array never changes.</summary>
    internal PooledServer[] Servers => Volatile.Read(ref _servers);

    /// <summary>Whether sessions wait that could use a connection, and none is on its way. May be read from anywhere.</summary>
    internal bool IsHungry => Volatile.Read(ref _hungry) > Opening + Volatile.Read(ref _arriving);

    /// <summary>Since when the first of them has been waiting. May be read from anywhere.</summary>
    internal long HungrySince => Volatile.Read(ref _hungrySince);

    /// <summary>Since when the first of those who wait has been waiting; null when nobody waits. May be read from anywhere.</summary>
    internal long? WaitingSince => Waiting > 0 ? Volatile.Read(ref _waitingSince) : null;

    /// <summary>Takes a connection, if there is one and nobody else waits for it.</summary>
    internal bool TryTake(PoolLease lease, out PooledServer server)
    {
        server = null!;
        if (_waiters.Count > 0 || !_group.MayUse(lease) || !TryTakeIdle(lease, out server))
        {
            return false;
        }

        Assigned(lease, TimeSpan.Zero);
        return true;
    }

    /// <summary>Waits for a connection.</summary>
    /// <exception cref="NoServerException">The wait was too long, or the server refuses logins.</exception>
    internal ValueTask<ServerLink> WaitAsync(PoolWaiter waiter, CancellationToken cancellationToken)
    {
        waiter.Begin(this, _group.Time.GetTimestamp(), cancellationToken);
        _waiters.AddLast(waiter.Node);
        if (_waiters.Count == 1)
        {
            Volatile.Write(ref _hungrySince, waiter.Since);
        }

        // Said before looking what there is: whoever gives something back at this moment looks here afterwards.
        Volatile.Write(ref _hungry, _hungry + 1);
        CountWaiters();
        if (_waiters.Count == 1 || !_group.TreatsAllAlike)
        {
            Interlocked.MemoryBarrier();
            Serve();
        }

        // Otherwise what the first of them cannot have, the last cannot either: all that comes free goes to the first.
        return waiter.Task;
    }

    /// <summary>Gives back a connection that owes nothing; it is made clean before anybody else gets it.</summary>
    internal void GiveBack(PooledServer server)
    {
        _group.Unuse(server);
        if (server.Link.IsHeld)
        {
            CleanUpLater(server);
        }
        else
        {
            CleanUp(server);
        }
    }

    internal void Discard(PooledServer server)
    {
        _group.Unuse(server);
        Close(server);
    }

    /// <summary>Another loop's sessions wait: gives it what is idle here and not needed.</summary>
    internal void Donate()
    {
        while (_idle.Count > 0 && _group.HungrierThan(this) is { } hungry)
        {
            var server = _idle[^1];
            RemoveIdle(_idle.Count - 1);
            Move(server, hungry);
        }
    }

    /// <summary>The same, on the wish of that loop: what cannot be had here, it opens itself.</summary>
    internal void Donate(ServerPool asking)
    {
        Donate();
        if (asking.IsHungry)
        {
            asking.Loop.Post(static self => ((ServerPool)self!).Serve(wereOthersAsked: true), asking);
        }
    }

    /// <summary>Serves who waits, as far as connections and caps allow, and opens more where they allow that.</summary>
    internal void Serve(bool wereOthersAsked = false)
    {
        _isServing = true;
        var hungry = 0;
        for (var node = _waiters.First; node is not null;)
        {
            var waiter = node.Value;
            node = node.Next;
            if (waiter.Lease.IsClientGone)
            {
                // What it asked for would be done for nobody.
                Fail(waiter, new SessionFailure(SessionEndReason.ClientDisconnected));
                continue;
            }

            if (_group.RefusalOf(waiter.Lease) is { } refusal)
            {
                Fail(waiter, refusal);
                continue;
            }

            if (!_group.MayUse(waiter.Lease))
            {
                continue;
            }

            if (TryTakeIdle(waiter.Lease, out var server))
            {
                Remove(waiter);
                Assigned(waiter.Lease, _group.Time.GetElapsedTime(waiter.Since));
                waiter.Succeed(server);
                continue;
            }

            if (hungry++ == 0)
            {
                Volatile.Write(ref _hungrySince, waiter.Since);
            }

            if (_group.TreatsAllAlike)
            {
                hungry = _waiters.Count;
                break;
            }
        }

        _isServing = false;
        Volatile.Write(ref _hungry, hungry);
        Grow(wereOthersAsked);

        // Those who waited here may not use what is left, or not want it any more.
        OfferOthers();
    }

    /// <summary>A session does not wait any more.</summary>
    internal void Remove(PoolWaiter waiter)
    {
        if (waiter.Node.List == _waiters)
        {
            _waiters.Remove(waiter.Node);
            Volatile.Write(ref _hungry, Math.Min(_hungry, _waiters.Count));
            CountWaiters();
            if (!IsHungry)
            {
                _group.Cap?.Leave(this);
            }
        }
    }

    /// <summary>Serves who waits, from another loop.</summary>
    internal void Poke() => _loop.Post(static self => ((ServerPool)self!).Serve(), this);

    private bool TryTakeIdle(PoolLease lease, out PooledServer server)
    {
        while (_idle.Count > 0)
        {
            var index = Choose(lease.Principal);
            server = _idle[index];
            if (server.Link.IsUsable && server.SuitsPrincipal(lease.Principal))
            {
                if (!_group.TryUse(lease, server))
                {
                    return false;
                }

                RemoveIdle(index);
                return true;
            }

            RemoveIdle(index);
            Close(server);
        }

        server = null!;
        return false;
    }

    /// <summary>The connection used last is the warmest; one that the same person used needs no reset.</summary>
    private int Choose(SessionPrincipal principal)
    {
        var suitable = -1;
        for (var i = _idle.Count - 1; i >= 0 && i >= _idle.Count - Preferred; i--)
        {
            if (_idle[i].Owner is { } last && last.IsSamePerson(principal))
            {
                return i;
            }

            if (suitable < 0 && _idle[i].SuitsPrincipal(principal))
            {
                suitable = i;
            }
        }

        return suitable >= 0 ? suitable : _idle.Count - 1;
    }

    private void RemoveIdle(int index)
    {
        _idle[index].IsIdle = false;
        _idle.RemoveAt(index);
        CountIdle();
    }

    /// <summary>A CancelRequest is on its way, and must not hit the next user's query (A34).</summary>
    /// <remarks>A method of its own: a lambda that captures the server would be allocated for every connection given back.</remarks>
    private void CleanUpLater(PooledServer server) => server.Link.WhenIdle(() => CleanUp(server));

    private void CleanUp(PooledServer server)
    {
        var now = _group.Time.GetTimestamp();
        if (!server.Link.IsUsable || !server.MayBeShared || _group.IsStale(server, now))
        {
            Close(server);
        }
        else if (server.NeedsReset(_group.Key.Route.Mode))
        {
            server.Reset(now, ResetOver);
        }
        else
        {
            Offer(server, now);
        }
    }

    private void ResetOver(PooledServer server)
    {
        // Whatever went wrong: a connection that could not be reset is nobody's (B16).
        if (server.Link.IsUsable && server.Link.Conversation.IsIdle && server.MayBeShared)
        {
            Offer(server, _group.Time.GetTimestamp());
        }
        else
        {
            Close(server);
        }
    }

    private void Offer(PooledServer server, long now, bool isNew = false)
    {
        if (!server.Link.IsUsable || (!isNew && _group.Cap is { IsWanted: true } wanted && wanted.IsOwed(_group, _group.HungrySince)))
        {
            Close(server);
            return;
        }

        if (_group.HungrierThan(this) is { } hungry)
        {
            Move(server, hungry);
            return;
        }

        server.IdleSince = now;
        server.IsIdle = true;
        _idle.Add(server);
        CountIdle();
        if (_waiters.Count > 0)
        {
            Serve();
        }
        else
        {
            OfferOthers();
        }

        if (_group.ClosesIdle)
        {
            CloseIdle();
        }
        else if (_group.Cap is { } cap)
        {
            // Somebody may have begun to wait in another pool who did not see this one yet.
            Interlocked.MemoryBarrier();
            while (_idle.Count > 0 && cap.IsOwed(_group, null))
            {
                CloseOldest();
            }
        }
    }

    private void OfferOthers()
    {
        if (_idle.Count > 0 && _group.Pools.Count > 1)
        {
            // Somebody may have begun to wait on another loop who did not see this one yet.
            Interlocked.MemoryBarrier();
            Donate();
        }
    }

    private void Fail(PoolWaiter waiter, SessionFailure failure)
    {
        Remove(waiter);
        _group.Metrics.PoolWaited(_group.Time.GetElapsedTime(waiter.Since), isAssigned: false);
        waiter.Fail(failure);
    }

    private void Assigned(PoolLease lease, TimeSpan waited)
    {
        lease.Counters?.Assigned(waited);
        _group.Metrics.PoolWaited(waited, isAssigned: true);
    }

    private void CountIdle()
    {
        // The first has been there longest: they come at the end.
        Volatile.Write(ref _idleSince, _idle.Count > 0 ? _idle[0].IdleSince : 0);
        Volatile.Write(ref _idleCount, _idle.Count);
    }

    private void CountWaiters()
    {
        Volatile.Write(ref _waitingSince, _waiters.First?.Value.Since ?? 0);
        Volatile.Write(ref _waiting, _waiters.Count);
    }
}
