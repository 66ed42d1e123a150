using PgOAuth.Enforcement;
using PgOAuth.Options;
using PgOAuth.Protocol;
using PgOAuth.Relay;

namespace PgOAuth.Pooling;

/// <summary>Stage 5: a server connection that sessions share, and what the last of them left.</summary>
internal sealed class PooledServer : IDisposable
{
    private static readonly TimeSpan ResetTimeout = TimeSpan.FromSeconds(10);

    private readonly MessageWriter _output = new(0);

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

    /// <summary>Who used it last, and whose claims the server has; null when nobody's.</summary>
    internal SessionPrincipal? Principal { get; private set; }

    /// <summary>Who uses it now; null when nobody does.</summary>
    internal PoolLease? User { get; set; }

    /// <summary>Whether anybody else may have it at all: the accounting adds up, and nothing is left that no reset undoes (B03).</summary>
    internal bool MayBeShared => Link.Conversation.IsAccountable && (Link.Conversation.Effects & SessionEffects.Tainted) == 0;

    /// <summary>Whether this person may have it: to another one, what a reset leaves would be visible.</summary>
    internal bool SuitsPrincipal(SessionPrincipal principal) =>
        (Link.Conversation.Effects & SessionEffects.Residue) == 0 || (Principal is { } last && last.IsSamePerson(principal));

    internal bool NeedsReset(PoolMode mode) => mode == PoolMode.Session || (Link.Conversation.Effects & SessionEffects.Touched) != 0;

    /// <summary>
    /// What the next session needs in front of its first message. A connection that another person used is reset, for a
    /// function may hide what it left behind (B01).
    /// </summary>
    internal ServerNeeds Prepare(SessionPrincipal principal)
    {
        var conversation = Link.Conversation;
        var reset = Principal is not null && !Principal.IsSamePerson(principal);
        var hasClaims = !reset && Principal is not null && Principal.HasSameClaims(principal) && (conversation.Effects & SessionEffects.Resets) == 0;
        conversation.Effects &= ~SessionEffects.Resets;
        Principal = principal;
        return new ServerNeeds(reset, hasClaims ? null : principal.Claims);
    }

    /// <summary>Undoes what the last session left, and says whether that worked; any doubt is a no (B16).</summary>
    internal void Reset(TimeProvider time, Action<bool> done)
    {
        _output.Clear();
        Link.Conversation.WriteReset(_output);
        Principal = null;
        var loop = Pool.Loop;
        var timer = time.CreateTimer(_ => loop.Post(static link => ((ServerLink)link!).Close(), Link), null, ResetTimeout, Timeout.InfiniteTimeSpan);
        _ = SendAsync();
        Link.WhenIdle(() =>
        {
            timer.Dispose();
            done(Link.IsUsable && Link.Conversation.IsIdle && MayBeShared);
        });

        async Task SendAsync()
        {
            try
            {
                await Link.WriteAsync(_output.WrittenMemory, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception error) when (ServerLink.IsConnectionError(error))
            {
                // The other direction notices it as well, and ends the connection.
            }
        }
    }

    public void Dispose() => _output.Dispose();
}
