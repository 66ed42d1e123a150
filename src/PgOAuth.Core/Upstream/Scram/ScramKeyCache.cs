using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace PgOAuth.Upstream.Scram;

/// <summary>Stage 5: remembers derived keys, because PBKDF2 is the dearest step of an upstream login. Bounded; thread-safe.</summary>
/// <remarks>Only keys with which a server proved itself are remembered, so that a hostile one cannot fill it.</remarks>
internal sealed class ScramKeyCache
{
    private const int Capacity = 512;

    // Passwords are told apart by a keyed hash that means nothing outside this process.
    private readonly byte[] _passwordHashKey = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);
    private readonly ConcurrentDictionary<Key, ScramKeys> _keys = new();

    internal int Count => _keys.Count;

    internal ScramKeys? Find(in Key key) => _keys.GetValueOrDefault(key);

    internal void Remember(in Key key, ScramKeys keys)
    {
        if (_keys.Count >= Capacity)
        {
            _keys.Clear();
        }

        _keys[key] = keys;
    }

    internal Key MakeKey(string server, string user, string password, ReadOnlySpan<byte> salt, int iterations) =>
        new(server, user, Convert.ToHexString(HMACSHA256.HashData(_passwordHashKey, Encoding.UTF8.GetBytes(password))), Convert.ToHexString(salt), iterations);

    /// <summary>What the keys depend on.</summary>
    internal readonly record struct Key(string Server, string User, string PasswordHash, string Salt, int Iterations);
}
