using System.Diagnostics.CodeAnalysis;

namespace PgOAuth.Authentication.Jwt;

/// <summary>Stage 3: the signing keys of one issuer, as of one fetch. Immutable; kept as long as the issuer publishes the same keys.</summary>
internal sealed class KeySet
{
    private readonly Dictionary<string, SigningKey?> _byId = new(StringComparer.Ordinal);
    private readonly SigningKey? _only;
    private readonly HashSet<string> _fingerprints;

    internal KeySet(IReadOnlyCollection<SigningKey> keys)
    {
        Count = keys.Count;
        _only = keys.Count == 1 ? keys.First() : null;
        _fingerprints = keys.Select(static k => k.Fingerprint).ToHashSet(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            // Two keys of one name: neither is meant for certain, so neither is used.
            if (key.KeyId is not null && !_byId.TryAdd(key.KeyId, key))
            {
                _byId[key.KeyId] = null;
            }
        }
    }

    internal int Count { get; }

    /// <summary>Finds the key of exactly this name; without a name, the key of a set that holds only one.</summary>
    internal bool TryFind(string? keyId, [NotNullWhen(true)] out SigningKey? key)
    {
        key = keyId is null ? _only : _byId.GetValueOrDefault(keyId);
        return key is not null;
    }

    /// <summary>Whether a fresh fetch could change the answer: not for a token without <c>kid</c>, nor for a name that is ambiguous.</summary>
    internal bool MayAppear(string? keyId) => keyId is not null && !_byId.ContainsKey(keyId);

    internal bool HasSameKeys(KeySet other) => _fingerprints.SetEquals(other._fingerprints) && Count == other.Count;
}
