using System.Collections.Concurrent;

namespace PgOAuth.Sessions;

/// <summary>The live sessions of one proxy.</summary>
internal sealed class SessionRegistry
{
    private readonly ConcurrentDictionary<long, PgProxySession> _sessions = new();
    private long _lastId;

    internal int Count => _sessions.Count;

    internal long NextId() => Interlocked.Increment(ref _lastId);

    internal void Add(PgProxySession session) => _sessions[session.Context.SessionId] = session;

    internal void Remove(PgProxySession session) => _sessions.TryRemove(session.Context.SessionId, out _);

    internal PgProxySession? Find(long id) => _sessions.GetValueOrDefault(id);

    internal PgProxySession[] Snapshot() => [.. _sessions.Values];
}
