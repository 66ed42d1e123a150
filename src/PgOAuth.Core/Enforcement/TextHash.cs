using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace PgOAuth.Enforcement;

/// <summary>
/// A fast 64-bit hash of statement texts for <see cref="StatementCache"/> (stage 7): folded multiplications as in wyhash, but with secret
/// constants of this process, so that nobody can prepare texts that collide.
/// </summary>
internal static class TextHash
{
    private const int LaneWords = 8;

    private static readonly ulong _secret0 = NewSecret();
    private static readonly ulong _secret1 = NewSecret();
    private static readonly ulong _secret2 = NewSecret();
    private static readonly ulong _secret3 = NewSecret();

    /// <summary>The hash of the bytes; <paramref name="seed"/> chains several pieces.</summary>
    internal static ulong Of(ReadOnlySpan<byte> bytes, ulong seed = 0)
    {
        var hash = seed ^ _secret0;
        ulong a;
        ulong b;
        if (bytes.Length > 16)
        {
            hash = OfWords(MemoryMarshal.Cast<byte, ulong>(bytes[..^1]), hash);
            a = BinaryPrimitives.ReadUInt64LittleEndian(bytes[^16..]);
            b = BinaryPrimitives.ReadUInt64LittleEndian(bytes[^8..]);
        }
        else if (bytes.Length >= 8)
        {
            a = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            b = BinaryPrimitives.ReadUInt64LittleEndian(bytes[^8..]);
        }
        else if (bytes.Length >= 4)
        {
            a = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            b = BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]);
        }
        else
        {
            a = bytes.IsEmpty ? 0 : ((ulong)bytes[0] << 16) | ((ulong)bytes[bytes.Length >> 1] << 8) | bytes[^1];
            b = 0;
        }

        return Mix(Mix(a ^ _secret1, b ^ hash) ^ _secret2, (ulong)bytes.Length ^ _secret3);
    }

    // Whole pairs of words; the caller's last sixteen bytes overlap them. Four lanes keep the multiplier busy.
    private static ulong OfWords(ReadOnlySpan<ulong> words, ulong hash)
    {
        if (words.Length >= LaneWords)
        {
            var (lane0, lane1, lane2, lane3) = (hash, hash, hash, hash);
            var (secret0, secret1, secret2, secret3) = (_secret0, _secret1, _secret2, _secret3);
            while (words.Length >= LaneWords)
            {
                lane0 = Mix(words[0] ^ secret0, words[1] ^ lane0);
                lane1 = Mix(words[2] ^ secret1, words[3] ^ lane1);
                lane2 = Mix(words[4] ^ secret2, words[5] ^ lane2);
                lane3 = Mix(words[6] ^ secret3, words[7] ^ lane3);
                words = words[LaneWords..];
            }

            hash = Mix(lane0 ^ secret1, lane1 ^ secret2) ^ Mix(lane2 ^ secret3, lane3 ^ secret0);
        }

        while (words.Length >= 2)
        {
            hash = Mix(words[0] ^ _secret1, words[1] ^ hash);
            words = words[2..];
        }

        return hash;
    }

    private static ulong Mix(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }

    private static ulong NewSecret()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes) | 1;
    }
}
