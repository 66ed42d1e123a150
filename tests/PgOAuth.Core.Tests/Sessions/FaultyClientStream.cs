using PgOAuth.Testing;

namespace PgOAuth.Sessions;

/// <summary>A client that sends what it is given, takes what comes, and fails at one chosen read or write.</summary>
internal sealed class FaultyClientStream(byte[] input, int failAt, Func<Exception> fault) : ConnectionStream
{
    private int _position;
    private int _operations;
    private bool _isTorn;

    /// <summary>How many reads and writes there were.</summary>
    internal int Operations => _operations;

    /// <summary>Writes behind one that failed: they would land inside a message.</summary>
    internal int WritesBehindAFailedOne { get; private set; }

    internal MemoryStream Output { get; } = new();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        ThrowWhenItsTurn();
        var count = Math.Min(buffer.Length, input.Length - _position);
        input.AsSpan(_position, count).CopyTo(buffer.Span);
        _position += count;
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        WritesBehindAFailedOne += _isTorn ? 1 : 0;
        _isTorn = true;
        ThrowWhenItsTurn();
        Output.Write(buffer.Span);
        _isTorn = false;
    }

    private void ThrowWhenItsTurn()
    {
        if (Interlocked.Increment(ref _operations) == failAt)
        {
            throw fault();
        }
    }
}
