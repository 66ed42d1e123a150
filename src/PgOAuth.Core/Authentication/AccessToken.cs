using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace PgOAuth.Authentication;

/// <summary>A bearer token in memory: prints as a placeholder, and its bytes are wiped when the login is over.</summary>
/// <remarks>Not thread-safe. Owned by the login; a validator must not keep it.</remarks>
[DebuggerDisplay("[access token]")]
public sealed class AccessToken : IDisposable
{
    private byte[]? _buffer;
    private readonly int _length;

    /// <summary>Copies a token.</summary>
    /// <param name="utf8">The token's bytes, as sent.</param>
    public AccessToken(ReadOnlySpan<byte> utf8)
    {
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(1, utf8.Length));
        utf8.CopyTo(_buffer);
        _length = utf8.Length;
    }

    /// <summary>The token's bytes.</summary>
    /// <exception cref="ObjectDisposedException">The login is over and the bytes are wiped.</exception>
    public ReadOnlySpan<byte> Utf8
    {
        get
        {
            ObjectDisposedException.ThrowIf(_buffer is null, this);
            return _buffer.AsSpan(0, _length);
        }
    }

    /// <summary>The token's length in bytes.</summary>
    public int Length => _length;

    /// <summary>SHA-256 of the token's bytes, for caches and deny lists.</summary>
    /// <param name="destination">At least 32 bytes.</param>
    public void Hash(Span<byte> destination) => SHA256.HashData(Utf8, destination);

    /// <summary>The token as a string, for libraries that take nothing else. Strings cannot be wiped: do not keep it.</summary>
    public string Reveal() => Encoding.UTF8.GetString(Utf8);

    /// <summary>A placeholder, never the token.</summary>
    public override string ToString() => "[access token]";

    /// <summary>Wipes the bytes.</summary>
    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, null);
        if (buffer is not null)
        {
            CryptographicOperations.ZeroMemory(buffer.AsSpan(0, _length));
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }
}
