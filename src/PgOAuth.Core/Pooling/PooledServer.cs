using PgOAuth.Enforcement;
using PgOAuth.Operations;
using PgOAuth.Options;
using PgOAuth.Protocol;
using PgOAuth.Relay;
using PgOAuth.Transport;

namespace PgOAuth.Pooling;

/// <summary>Stage 5: a server connection that sessions share, and what the last of them left. Lives on the loop of its pool.</summary>
internal sealed class PooledServer : IDisposable
{
    private readonly MessageWriter _output = new(0);
    private bool _isClean = true;
    private long _stillNumber = -1;
    private long _stillSince;

    internal PooledServer(ServerLink link, ServerPool pool, long openedAt, DateTimeOffset connectedAt, int generation)
    {
        Link = link;
        Pool = pool;
        OpenedAt = openedAt;
        ConnectedAt = connectedAt;
        Generation = generation;
    }

    internal ServerLink Link { get; }

    /// <summary>Where it lives now.</summary>
    internal ServerPool Pool { get; set; }

    internal long OpenedAt { get; }

    internal DateTimeOffset ConnectedAt { get; }

    /// <summary>Of the group when it was opened; older ones are closed when they come back.</summary>
    internal int Generation { get; }

    internal long IdleSince { get; set; }

    /// <summary>Whether it is among those that can be given out.</summary>
    internal bool IsIdle { get; set; }

    /// <summary>Who used it last, reset or not; null when nobody has.</summary>
    internal SessionPrincipal? Owner { get; private set; }

    /// <summary>Who uses it now; null when nobody does.</summary>
    internal PoolLease? User { get; set; }

    /// <summary>When the reset began that is going on; null when none is.</summary>
    internal long? ResettingSince { get; private set; }

    /// <summary>For operators, from any thread: a moment late.</summary>
    internal ServerState State => User is not null ? ServerState.Active : IsIdle ? ServerState.Idle : ServerState.Used;

    /// <summary>
    /// Whether anybody else may have it at all: the accounting adds up, nothing is left that no reset undoes (B03), and no
    /// cancel is about to come (A34).
    /// </summary>
    internal bool MayBeShared =>
        Link.Conversation.IsAccountable && (Link.Conversation.Effects & SessionEffects.Tainted) == 0 && !Link.MayBeCancelled;

    /// <summary>Whether this person may have it: to another one, what a reset leaves would be visible.</summary>
    internal bool SuitsPrincipal(SessionPrincipal principal) =>
        (Link.Conversation.Effects & SessionEffects.Residue) == 0 || (Owner is { } last && last.IsSamePerson(principal));

    /// <summary>Whether it is reset before it is given out. In transaction mode another person's use is undone with the next one's prelude.</summary>
    internal bool NeedsReset(PoolMode mode) => !_isClean && (mode == PoolMode.Session || (Link.Conversation.Effects & SessionEffects.Touched) != 0);

    /// <summary>
    /// What the next session needs in front of its first message. A connection that another person used is reset, for a
    /// function may hide what it left behind (B01).
    /// </summary>
    internal ServerNeeds Prepare(SessionPrincipal principal, ReportedSettings client)
    {
        var conversation = Link.Conversation;
        var reset = !_isClean && Owner is { } last && !last.IsSamePerson(principal);
        var hasClaims = !_isClean && !reset && Owner is { } before && before.HasSameClaims(principal) && (conversation.Effects & SessionEffects.Resets) == 0;
        conversation.Effects &= ~SessionEffects.Resets;
        if (!client.IsReadable)
        {
            // What its texts do there, nobody can tell from here on.
            conversation.Effects |= SessionEffects.Tainted;
        }

        Owner = principal;
        _isClean = false;
        return new ServerNeeds(reset, hasClaims ? null : principal.Claims);
    }

    /// <summary>Undoes what the last session left; <paramref name="done"/> looks whether that worked.</summary>
    internal void Reset(long now, Action<PooledServer> done)
    {
        ResettingSince = now;
        _output.Clear();
        Link.Conversation.WriteReset(_output);
        _isClean = true;
        _ = SendAsync();

        async Task SendAsync()
        {
            try
            {
                await Link.WriteAsync(_output.WrittenMemory, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception error) when (ServerLink.IsConnectionError(error))
            {
                Link.Close();
            }

            await EventLoop.Enter(Link.Upstream.Loop);

            // Only now: the answer may be here before the write is over, and nobody else may write before it is.
            Link.WhenIdle(() =>
            {
                ResettingSince = null;
                done(this);
            });
        }
    }

    /// <summary>Since when the server has been waiting for its user in the middle of a transaction or batch; null when it does not. Asked now and then.</summary>
    internal long? StillSince(long now)
    {
        var replies = Link.Conversation.Replies;
        if (replies.Count > 0 || replies.IsIdle)
        {
            _stillNumber = -1;
            return null;
        }

        if (_stillNumber != replies.NextNumber)
        {
            _stillNumber = replies.NextNumber;
            _stillSince = now;
        }

        return _stillSince;
    }

    public void Dispose() => _output.Dispose();
}
