using PgOAuth.Transport;

namespace PgOAuth.Enforcement;

/// <summary>Stage 7: one <see cref="StatementCache"/> for each loop; a loop asks for its own only.</summary>
internal sealed class StatementCaches(SessionStateGuard? guard, int loops)
{
    private readonly StatementCache?[] _caches = new StatementCache?[loops];

    /// <param name="loop">The session's; null for a session that is on none.</param>
    /// <param name="isAsked">Whether somebody must know what statements are or leave behind: a pool, the gate.</param>
    /// <returns>Null when nobody asks what a text does.</returns>
    internal StatementCache? For(EventLoop? loop, bool isAsked) =>
        guard is null && !isAsked ? null
        : loop is null ? new StatementCache(guard)
        : _caches[loop.Number] ??= new StatementCache(guard);
}
