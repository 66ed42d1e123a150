namespace PgOAuth.Sessions;

/// <summary>A client that sends what it is given, takes what comes, and fails at one chosen read or write.</summary>
internal sealed class FaultyClientStream(byte[] input, int failAt, Func<Exception> fault) : Stream
{
    private int _position;
    private int _operations;

    /// <summary>How many reads and writes there were.</summary>
    internal int Operations => _operations;

    internal MemoryStream Output { get; } = new();

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException("A connection has no length.");

    public override long Position
    {
        get => throw new NotSupportedException("A connection has no position.");
        set => throw new NotSupportedException("A connection has no position.");
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        Count();
        var count = Math.Min(buffer.Length, input.Length - _position);
        input.AsSpan(_position, count).CopyTo(buffer.Span);
        _position += count;
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        Count();
        lock (Output)
        {
            Output.Write(buffer.Span);
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new InvalidOperationException("A session never blocks.");

    public override void Write(byte[] buffer, int offset, int count) => throw new InvalidOperationException("A session never blocks.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A connection cannot seek.");

    public override void SetLength(long value) => throw new NotSupportedException("A connection has no length.");

    private void Count()
    {
        if (Interlocked.Increment(ref _operations) == failAt)
        {
            throw fault();
        }
    }
}
