namespace PgOAuth.Testing;

/// <summary>What every stand-in for a connection has in common: two directions, asynchronous only, no position.</summary>
public abstract class ConnectionStream : Stream
{
    private const string NoPosition = "A connection has no position.";
    private const string Blocking = "A session never blocks a thread: only asynchronous reads and writes are expected.";

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException(NoPosition);

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException(NoPosition);
        set => throw new NotSupportedException(NoPosition);
    }

    /// <inheritdoc/>
    public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public abstract override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new InvalidOperationException(Blocking);

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new InvalidOperationException(Blocking);

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException(NoPosition);

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException(NoPosition);
}
