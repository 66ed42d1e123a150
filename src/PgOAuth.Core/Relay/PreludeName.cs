using System.Buffers.Text;
using System.Security.Cryptography;

namespace PgOAuth.Relay;

/// <summary>
/// Stage 6: the name of the empty statement by which a prelude shows that it succeeded. A new one each time, from a
/// secret of the connection, so that no statement of that name can be there already.
/// </summary>
internal sealed class PreludeName
{
    private readonly byte[] _text;
    private readonly int _prefixLength;
    private int _length;
    private ulong _number;

    internal PreludeName()
    {
        Span<byte> nonce = stackalloc byte[12];
        RandomNumberGenerator.Fill(nonce);
        var prefix = "pgoauth_set_" + Convert.ToHexStringLower(nonce) + "_";
        _text = new byte[prefix.Length + 20];
        _prefixLength = System.Text.Encoding.ASCII.GetBytes(prefix, _text);
        Next();
    }

    /// <summary>The name in use.</summary>
    internal ReadOnlySpan<byte> Text => _text.AsSpan(0, _length);

    /// <summary>Goes on to the next name.</summary>
    internal void Next()
    {
        Utf8Formatter.TryFormat(_number++, _text.AsSpan(_prefixLength), out var digits);
        _length = _prefixLength + digits;
    }
}
