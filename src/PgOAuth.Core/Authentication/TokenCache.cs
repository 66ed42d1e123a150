using System.Collections.Concurrent;
using PgOAuth.Authentication.Jwt;

namespace PgOAuth.Authentication;

/// <summary>Stage 3: validated tokens by their hash, until they expire or their issuer's keys change. Never holds a refusal.</summary>
/// <remarks>
/// Two generations bound it: the young one fills, then becomes the old one and what was old is forgotten; a hit in the old one
/// moves the token to the young one. Only genuine tokens come in, so nobody can flush it with garbage.
/// </remarks>
internal sealed class TokenCache(int capacity, TimeProvider time)
{
    private readonly int _generationSize = Math.Max(1, capacity / 2);
    private readonly Lock _lock = new();
    private Generation _young = new();
    private Generation _old = new();

    internal int Count => Volatile.Read(ref _young).Count + Volatile.Read(ref _old).Count;

    internal bool TryGet(in TokenKey key, out TokenValidationResult result)
    {
        result = default;
        if (capacity <= 0)
        {
            return false;
        }

        var isYoung = Volatile.Read(ref _young).Tokens.TryGetValue(key, out var entry);
        if (!isYoung && !Volatile.Read(ref _old).Tokens.TryGetValue(key, out entry))
        {
            return false;
        }

        // Past exp the whole validation decides again: the clock skew is its business.
        if (time.GetUtcNow() >= entry!.Claims.ExpiresAt || !entry.Source.StillVouchesFor(entry.Keys))
        {
            return false;
        }

        if (!isYoung)
        {
            Store(key, entry);
        }

        result = TokenValidationResult.Valid(entry.Claims);
        return true;
    }

    internal void Add(in TokenKey key, TokenClaims claims, JwksCache source, KeySet keys)
    {
        if (capacity > 0)
        {
            Store(key, new Entry(claims, source, keys));
        }
    }

    private void Store(in TokenKey key, Entry entry)
    {
        var young = Volatile.Read(ref _young);
        if (!young.TryStore(key, entry) || young.Count < _generationSize)
        {
            return;
        }

        lock (_lock)
        {
            if (ReferenceEquals(young, _young))
            {
                Volatile.Write(ref _old, young);
                Volatile.Write(ref _young, new Generation());
            }
        }
    }

    private sealed record Entry(TokenClaims Claims, JwksCache Source, KeySet Keys);

    private sealed class Generation
    {
        private int _count;

        internal ConcurrentDictionary<TokenKey, Entry> Tokens { get; } = new();

        // ConcurrentDictionary.Count takes every lock it has.
        internal int Count => Volatile.Read(ref _count);

        /// <summary>Adds or replaces; whether it was added.</summary>
        internal bool TryStore(in TokenKey key, Entry entry)
        {
            if (Tokens.TryAdd(key, entry))
            {
                Interlocked.Increment(ref _count);
                return true;
            }

            Tokens[key] = entry;
            return false;
        }
    }
}
