using System.Threading.Tasks.Sources;

namespace PgOAuth.Testing.Relay;

/// <summary>
/// One end of a connection without a network: the test feeds what comes and is told what goes. Never allocates, and runs
/// whoever waits for bytes on the thread that feeds them, so that a round trip is over when feeding returns.
/// </summary>
/// <remarks>One reader at a time, as a pump is. Not thread-safe.</remarks>
public sealed class FedStream(Action<int> written) : ConnectionStream, IValueTaskSource<int>
{
    private ManualResetValueTaskSourceCore<int> _waiter;
    private Memory<byte> _destination;
    private ReadOnlyMemory<byte> _pending;
    private bool _isWaiting;
    private bool _isEnded;

    /// <summary>What writes wait for; null when they are over at once.</summary>
    public Task? Held { get; set; }

    /// <summary>Gives the reader bytes; what was fed before must have been read.</summary>
    public void Feed(ReadOnlyMemory<byte> bytes)
    {
        if (!_pending.IsEmpty)
        {
            throw new InvalidOperationException("The reader left bytes unread.");
        }

        _pending = bytes;
        Wake();
    }

    /// <summary>Ends what the reader reads.</summary>
    public void End()
    {
        _isEnded = true;
        Wake();
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_pending.IsEmpty || _isEnded)
        {
            return new(Take(buffer));
        }

        _waiter.Reset();
        _destination = buffer;
        _isWaiting = true;
        return new(this, _waiter.Version);
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        written(buffer.Length);
        return Held is null ? default : new ValueTask(Held);
    }

    /// <inheritdoc/>
    public int GetResult(short token) => _waiter.GetResult(token);

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => _waiter.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _waiter.OnCompleted(continuation, state, token, flags);

    private void Wake()
    {
        if (_isWaiting)
        {
            _isWaiting = false;
            _waiter.SetResult(Take(_destination));
        }
    }

    private int Take(Memory<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _pending.Length);
        _pending[..count].CopyTo(buffer);
        _pending = _pending[count..];
        return count;
    }
}
