using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace PgOAuth.Transport.Sockets;

/// <content>The writing half.</content>
internal sealed partial class SocketStream
{
    /// <summary>What is copied into the pipe at once, whatever somebody writes.</summary>
    private const int MaxChunk = 64 * 1024;

    private HalfGuard _writing;
    private Exception? _sendError;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        if (_isGone || !_writing.TryEnter("Somebody writes already."))
        {
            return ValueTask.FromException(Gone());
        }

        var pending = WriteChunk(ref buffer, cancellationToken);
        if (!buffer.IsEmpty || !pending.IsCompletedSuccessfully)
        {
            return FinishWriteAsync(pending, buffer, cancellationToken);
        }

        var error = ErrorOf(pending.GetAwaiter().GetResult());
        EndWrite();
        return error is null ? default : ValueTask.FromException(error);
    }

    internal override void ShutdownSend()
    {
        if (_writing.TryMark(HalfGuard.ShutdownDue))
        {
            Shutdown(SocketShutdown.Send);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FinishWriteAsync(ValueTask<FlushResult> pending, ReadOnlyMemory<byte> rest, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                if (ErrorOf(await pending.ConfigureAwait(false)) is { } error)
                {
                    throw error;
                }

                if (rest.IsEmpty)
                {
                    return;
                }

                pending = WriteChunk(ref rest, cancellationToken);
            }
        }
        finally
        {
            EndWrite();
        }
    }

    private ValueTask<FlushResult> WriteChunk(ref ReadOnlyMemory<byte> rest, CancellationToken cancellationToken)
    {
        var chunk = rest[..Math.Min(rest.Length, MaxChunk)];
        rest = rest[chunk.Length..];
        return _output.Writer.WriteAsync(chunk, cancellationToken);
    }

    private IOException? ErrorOf(FlushResult result) =>
        _sendError is { } error ? new IOException(error.Message, error) : _isGone || result.IsCompleted ? Gone() : null;

    private void EndWrite()
    {
        var left = _writing.Leave();
        if ((left & HalfGuard.Closed) != 0)
        {
            _output.Writer.Complete();
        }
        else if ((left & HalfGuard.ShutdownDue) != 0)
        {
            Shutdown(SocketShutdown.Send);
        }
    }

    /// <summary>Never throws.</summary>
    private async Task SendAsync()
    {
        var reader = _output.Reader;
        try
        {
            ReadResult result = default;
            while (!result.IsCompleted)
            {
                result = await reader.ReadAsync().ConfigureAwait(false);
                foreach (var segment in result.Buffer)
                {
                    var rest = segment;
                    while (!rest.IsEmpty)
                    {
                        var count = await _socket.SendAsync(rest, SocketFlags.None).ConfigureAwait(false);
                        rest = rest[count..];
                    }
                }

                reader.AdvanceTo(result.Buffer.End);
            }
        }
        catch (Exception error) when (IsOfSocket(error))
        {
            _sendError = error;
        }

        await reader.CompleteAsync().ConfigureAwait(false);
    }
}
