namespace PgOAuth.Protocol;

/// <summary>Gives its bytes in the pieces a test wants, and keeps what is written.</summary>
internal sealed class ChunkedStream(byte[] bytes, params int[] pieces) : MemoryStream
{
    private int _position;
    private int _piece;

    internal byte[] Written => ToArray();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var piece = _piece < pieces.Length ? pieces[_piece++] : int.MaxValue;
        var count = Math.Min(Math.Min(piece, buffer.Length), bytes.Length - _position);
        bytes.AsSpan(_position, count).CopyTo(buffer.Span);
        _position += count;
        return ValueTask.FromResult(count);
    }
}
