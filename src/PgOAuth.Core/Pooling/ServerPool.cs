using PgOAuth.Options;
using PgOAuth.Relay;
using PgOAuth.Sessions;
using PgOAuth.Transport;

namespace PgOAuth.Pooling;

/// <summary>
/// Stage 5: the server connections of one <see cref="PoolGroup"/> that live on one loop, and the sessions there that wait for
/// one. Runs on that loop only, so nothing here locks.
/// </summary>
internal sealed class ServerPool
{
    /// <summary>How many idle connections are looked at for one that the same person used last.</summary>
    private const int Preferred = 16;

    private readonly PoolGroup _group;
    private readonly EventLoop _loop;
    private readonly List<PooledServer> _idle = [];
    private readonly HashSet<PooledServer> _all = [];
    private readonly LinkedList<PoolWaiter> _waiters = [];
    private int _opening;
    private int _resetting;

    internal ServerPool(PoolGroup group, EventLoop loop)
    {
        _group = group;
        _loop = loop;
    }

    internal EventLoop Loop => _loop;

    internal PoolGroup Group => _group;

    /// <summary>Sessions that wait. May be read from anywhere.</summary>
    internal int Waiting { get; private set; }

    /// <summary>Connections to give out. May be read from anywhere.</summary>
    internal int Idle { get; private set; }

    internal int Opening => _opening;

    internal int Resetting => _resetting;

    internal IReadOnlyCollection<PooledServer> All => _all;

    /// <summary>Takes a connection, or waits for one.</summary>
    /// <exception cref="NoServerException">The wait was too long, or the server refuses logins.</exception>
    internal ValueTask<PooledServer> TakeAsync(PoolLease lease, CancellationToken cancellationToken)
    {
        if (_waiters.Count == 0 && _group.MayUse(lease) && TryTakeIdle(lease, out var server))
        {
            return new ValueTask<PooledServer>(server);
        }

        var waiter = lease.Waiter;
        waiter.Begin(this, _group.Time.GetTimestamp(), cancellationToken);
        _waiters.AddLast(waiter.Node);
        CountWaiters();
        Serve();
        return waiter.Task;
    }

    /// <summary>Gives back a connection that owes nothing; it is made clean before anybody else gets it.</summary>
    internal void GiveBack(PooledServer server)
    {
        _group.Unuse(server);
        if (server.Link.IsHeld)
        {
            // A CancelRequest is on its way, and must not hit the next user's query (A34).
            server.Link.WhenIdle(() => CleanUp(server));
            return;
        }

        CleanUp(server);
    }

    internal void Discard(PooledServer server)
    {
        _group.Unuse(server);
        Close(server);
    }

    /// <summary>Adds a connection that came from another loop.</summary>
    internal void Adopt(PooledServer server)
    {
        server.Pool = this;
        _all.Add(server);
        Offer(server);
    }

    /// <summary>Another loop's sessions wait: gives it what is idle here.</summary>
    internal void Donate()
    {
        while (_idle.Count > 0 && _waiters.Count == 0 && _group.HungryBeside(this) is { } hungry)
        {
            var server = _idle[^1];
            RemoveIdle(_idle.Count - 1);
            Move(server, hungry);
        }
    }

    /// <summary>Serves who waits, as far as connections and caps allow, and opens more where they allow that.</summary>
    internal void Serve()
    {
        for (var node = _waiters.First; node is not null;)
        {
            var waiter = node.Value;
            node = node.Next;
            if (_group.MayUse(waiter.Lease))
            {
                if (!TryTakeIdle(waiter.Lease, out var server))
                {
                    break;
                }

                Remove(waiter);
                waiter.Succeed(server);
            }
        }

        Grow();
    }

    /// <summary>A session gave up waiting.</summary>
    internal void Remove(PoolWaiter waiter)
    {
        if (waiter.Node.List == _waiters)
        {
            _waiters.Remove(waiter.Node);
            CountWaiters();
        }
    }

    /// <summary>Looks after those who wait long, and connections that are old or unused. Called now and then.</summary>
    internal void Sweep()
    {
        var now = _group.Time.GetTimestamp();
        for (var node = _waiters.First; node is not null;)
        {
            var waiter = node.Value;
            node = node.Next;
            var waited = _group.Time.GetElapsedTime(waiter.Since, now);
            if (waited >= _group.Options.WaitTimeout)
            {
                Remove(waiter);
                waiter.Fail(new SessionFailure(SessionEndReason.PoolWaitTimeout, _group.LastFailure));
            }
            else if (_group.Options.WaitNotice > TimeSpan.Zero && waited >= _group.Options.WaitNotice)
            {
                waiter.Notify();
            }
        }

        for (var i = _idle.Count - 1; i >= 0; i--)
        {
            var server = _idle[i];
            if (!server.Link.IsUsable || _group.IsStale(server, now) || _group.IsUnused(server, now))
            {
                RemoveIdle(i);
                Close(server);
            }
        }

        Serve();
        while (_group.WantsWarmUp && _group.TryOpen(now))
        {
            _opening++;
            _ = OpenAsync();
        }
    }

    /// <summary>Fails all who wait: the group is given up.</summary>
    internal void FailWaiters(SessionFailure failure)
    {
        while (_waiters.First is { } first)
        {
            Remove(first.Value);
            first.Value.Fail(failure);
        }
    }

    /// <summary>Closes what is idle; what is in use is closed when it comes back (see <see cref="PoolGroup.IsStale"/>).</summary>
    internal void CloseIdle()
    {
        while (_idle.Count > 0)
        {
            var server = _idle[^1];
            RemoveIdle(_idle.Count - 1);
            Close(server);
        }
    }

    private bool TryTakeIdle(PoolLease lease, out PooledServer server)
    {
        while (_idle.Count > 0)
        {
            // The connection used last is the warmest; one that the same person used needs no reset.
            var index = _idle.Count - 1;
            for (var i = index; i >= 0 && i > index - Preferred; i--)
            {
                if (_idle[i].Principal is { } last && last.IsSamePerson(lease.Principal))
                {
                    index = i;
                    break;
                }
            }

            server = _idle[index];
            RemoveIdle(index);
            if (server.Link.IsUsable && server.SuitsPrincipal(lease.Principal))
            {
                _group.Use(lease, server);
                return true;
            }

            Close(server);
        }

        server = null!;
        return false;
    }

    private void RemoveIdle(int index)
    {
        _idle.RemoveAt(index);
        Idle = _idle.Count;
    }

    private void CleanUp(PooledServer server)
    {
        var now = _group.Time.GetTimestamp();
        if (!server.Link.IsUsable || !server.MayBeShared || _group.IsStale(server, now))
        {
            Close(server);
            return;
        }

        if (!server.NeedsReset(_group.Key.Route.Mode))
        {
            Offer(server);
            return;
        }

        _resetting++;
        server.Reset(_group.Time, isClean =>
        {
            _resetting--;
            if (isClean)
            {
                Offer(server);
            }
            else
            {
                // Whatever went wrong: a connection that could not be reset is nobody's (B16).
                Close(server);
            }
        });
    }

    private void Offer(PooledServer server)
    {
        server.IdleSince = _group.Time.GetTimestamp();
        if (_waiters.Count == 0 && _group.HungryBeside(this) is { } hungry)
        {
            Move(server, hungry);
            return;
        }

        _idle.Add(server);
        Idle = _idle.Count;
        if (_waiters.Count > 0)
        {
            Serve();
        }
    }

    private void Move(PooledServer server, ServerPool to)
    {
        _all.Remove(server);
        server.Link.Upstream.Connection!.MoveTo(to.Loop, static state =>
        {
            var (server, to) = ((PooledServer, ServerPool))state!;
            to.Adopt(server);
        }, (server, to));
    }

    private void Grow()
    {
        while (_waiters.Count > _opening + Idle && _group.TryOpen(_waiters.First!.Value.Since))
        {
            _opening++;
            _ = OpenAsync();
        }

        if (_waiters.Count > _opening)
        {
            _group.AskOthers(this);
        }
    }

    private async Task OpenAsync()
    {
        var generation = _group.Generation;
        var (link, failure) = await _group.ConnectAsync().ConfigureAwait(false);
        await _loop;
        _opening--;
        if (link is null)
        {
            _group.OpenFailed(failure!);
            if (PoolGroup.IsHopeless(failure!))
            {
                FailWaiters(failure!);
            }
            else
            {
                foreach (var waiter in _waiters.Where(static waiter => waiter.Lease.FailsFast).ToArray())
                {
                    Remove(waiter);
                    waiter.Fail(failure!);
                }
            }

            return;
        }

        var server = new PooledServer(link, this, _group.Time.GetTimestamp(), _group.Time.GetUtcNow(), generation);
        _group.Opened(server);
        _all.Add(server);
        link.Ended = _ => server.Pool.LinkEnded(server);
        link.Start();
        Offer(server);
    }

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
        if (_all.Remove(server))
        {
            _group.Closed();
            server.Dispose();
            server.Link.Close();
            if (_waiters.Count > 0)
            {
                Grow();
            }
            else
            {
                _group.HungryBeside(this)?.Poke();
            }
        }
    }

    /// <summary>Serves who waits, from another loop.</summary>
    internal void Poke() => _loop.Post(static self => ((ServerPool)self!).Serve(), this);

    private void CountWaiters()
    {
        Waiting = _waiters.Count;
    }
}
