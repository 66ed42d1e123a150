using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using PgOAuth.Transport;

namespace PgOAuth.Protocol;

/// <summary>
/// One side of a connection while it logs in: a stream, what was read from it ahead, and what is to be written.
/// There is exactly one owner of read-ahead bytes, so that nothing can slip under a TLS handshake (A01, A02).
/// </summary>
/// <remarks>Not thread-safe. The relay takes the stream over with <see cref="Detach"/>.</remarks>
internal sealed class MessageChannel : IAsyncDisposable
{
    private const int InitialBuffer = 1024;

    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private int _frameLength;

    internal MessageChannel(Stream stream)
    {
        Stream = stream;
        Connection = stream as TransportStream;
    }

    internal Stream Stream { get; private set; }

    /// <summary>The connection beneath, whatever was put over it; null when the stream is no loop's.</summary>
    internal TransportStream? Connection { get; }

    /// <summary>What is written here goes out with <see cref="FlushAsync"/>.</summary>
    internal MessageWriter Output { get; } = new();

    /// <summary>Whether a write was cut short: nothing more may be written, for it would land inside a message.</summary>
    internal bool IsOutputTorn { get; private set; }

    /// <summary>Bytes that were read ahead and not consumed.</summary>
    internal ReadOnlySpan<byte> Buffered => _buffer.AsSpan(_start, _end - _start);

    /// <summary>The message that <see cref="ReadFrameAsync"/> read; valid until the next read or <see cref="Consume"/>.</summary>
    internal MessageFrame Frame => new(_buffer[_start], _buffer.AsSpan(_start + ProtocolConstants.HeaderLength, _frameLength - ProtocolConstants.HeaderLength));

    /// <summary>Waits until at least <paramref name="count"/> bytes are buffered; false when the stream ends before.</summary>
    internal async ValueTask<bool> FillAsync(int count, CancellationToken cancellationToken)
    {
        while (_end - _start < count)
        {
            MakeRoom(count);
            var read = await Stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }

    /// <summary>Makes the buffer so large: for long answers of small messages.</summary>
    internal void Reserve(int bytes) => MakeRoom(bytes);

    /// <summary>Drops bytes from the front of the buffer.</summary>
    internal void Consume(int count)
    {
        if ((uint)count > (uint)(_end - _start))
        {
            throw new ArgumentOutOfRangeException(nameof(count));
        }

        _start += count;
        _frameLength = 0;
        if (_start == _end)
        {
            _start = _end = 0;
        }
    }

    /// <summary>Drops the message that was read last.</summary>
    internal void ConsumeFrame() => Consume(_frameLength);

    /// <summary>Waits for one whole message of at most <paramref name="maxBody"/> bytes after its length.</summary>
    internal async ValueTask<FrameReadStatus> ReadFrameAsync(int maxBody, CancellationToken cancellationToken)
    {
        ConsumeFrame();
        if (!await FillAsync(ProtocolConstants.HeaderLength, cancellationToken).ConfigureAwait(false))
        {
            return FrameReadStatus.EndOfStream;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(_start + 1));
        if (length < 4 || length > (uint)maxBody + 4)
        {
            return FrameReadStatus.InvalidLength;
        }

        if (!await FillAsync((int)length + 1, cancellationToken).ConfigureAwait(false))
        {
            return FrameReadStatus.EndOfStream;
        }

        _frameLength = (int)length + 1;
        return FrameReadStatus.Frame;
    }

    /// <summary>Sends what was written to <see cref="Output"/>.</summary>
    internal async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (Output.Length > 0)
        {
            IsOutputTorn = true;
            await Stream.WriteAsync(Output.WrittenMemory, cancellationToken).ConfigureAwait(false);
            await Stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            IsOutputTorn = false;
            Output.Clear();
        }
    }

    /// <summary>Puts a TLS stream in the place of the plain one. Nothing may have been read ahead.</summary>
    internal void Upgrade(Stream stream)
    {
        if (_start != _end)
        {
            throw new InvalidOperationException("Bytes were read ahead of a TLS handshake.");
        }

        Stream = stream;
    }

    /// <summary>A stream that first gives back what was read ahead: for a TLS handshake that began without SSLRequest.</summary>
    internal Stream TakeReplayStream()
    {
        var replay = new ReplayStream(Buffered.ToArray(), Stream);
        Consume(_end - _start);
        return replay;
    }

    /// <summary>Hands the read-ahead bytes over to the relay and returns the buffers to the pool. The stream stays open.</summary>
    internal byte[] Detach()
    {
        ConsumeFrame();
        var ahead = _end == _start ? [] : Buffered.ToArray();
        ReturnBuffers();
        return ahead;
    }

    public async ValueTask DisposeAsync()
    {
        ReturnBuffers();
        await Stream.DisposeAsync().ConfigureAwait(false);
    }

    private void ReturnBuffers()
    {
        Output.Dispose();
        var buffer = _buffer;
        _buffer = [];
        _start = _end = _frameLength = 0;
        Return(buffer);
    }

    private void MakeRoom(int count)
    {
        if (_buffer.Length - _start >= count && _end < _buffer.Length)
        {
            return;
        }

        var pending = _end - _start;
        if (_buffer.Length >= count && pending < _buffer.Length)
        {
            _buffer.AsSpan(_start, pending).CopyTo(_buffer);
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(InitialBuffer, count));
            _buffer.AsSpan(_start, pending).CopyTo(larger);
            Return(_buffer);
            _buffer = larger;
        }

        _start = 0;
        _end = pending;
    }

    private static void Return(byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            // Tokens and passwords pass through here.
            CryptographicOperations.ZeroMemory(buffer);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
