using System.Buffers.Binary;
using System.Security.Cryptography;

namespace PgOAuth.Startup;

/// <summary>Stage 2: bytes of the cryptographic generator, fetched for many keys at once: asking it costs the same for few bytes as for many.</summary>
/// <remarks>Each thread has its own; what was given out is wiped here.</remarks>
internal static class RandomBytes
{
    private const int BufferBytes = 2048;

    [ThreadStatic]
    private static byte[]? _buffer;

    [ThreadStatic]
    private static int _left;

    internal static void Fill(Span<byte> destination)
    {
        if (destination.Length > BufferBytes)
        {
            RandomNumberGenerator.Fill(destination);
            return;
        }

        var buffer = _buffer ??= new byte[BufferBytes];
        if (_left < destination.Length)
        {
            RandomNumberGenerator.Fill(buffer);
            _left = BufferBytes;
        }

        var taken = buffer.AsSpan(_left - destination.Length, destination.Length);
        _left -= destination.Length;
        taken.CopyTo(destination);
        CryptographicOperations.ZeroMemory(taken);
    }

    /// <summary>From 1 to <see cref="int.MaxValue"/>, each as likely as the others.</summary>
    internal static int NextPositive()
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        while (true)
        {
            Fill(bytes);
            var number = BinaryPrimitives.ReadInt32LittleEndian(bytes) & int.MaxValue;
            if (number > 0)
            {
                return number;
            }
        }
    }
}
