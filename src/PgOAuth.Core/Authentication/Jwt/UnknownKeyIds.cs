namespace PgOAuth.Authentication.Jwt;

/// <summary>
/// Stage 3: key names that a fetch just failed to find, so that one client with an old token does not make the proxy ask
/// the issuer at every chance. Bounded; forgets early rather than grow.
/// </summary>
internal sealed class UnknownKeyIds(TimeProvider time, TimeSpan lifetime)
{
    private const int Capacity = 128;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _seen = new(StringComparer.Ordinal);

    internal bool Contains(string keyId)
    {
        lock (_lock)
        {
            return _seen.TryGetValue(keyId, out var at) && time.GetElapsedTime(at) < lifetime;
        }
    }

    internal void Add(string keyId)
    {
        lock (_lock)
        {
            if (_seen.Count >= Capacity)
            {
                _seen.Clear();
            }

            _seen[keyId] = time.GetTimestamp();
        }
    }
}
