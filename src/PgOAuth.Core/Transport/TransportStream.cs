using System.Net;
using System.Runtime.CompilerServices;

namespace PgOAuth.Transport;

/// <summary>
/// One connection on a loop. Reading into an empty buffer waits until there is something to read, so that an idle
/// connection needs no buffer. Whoever waits goes on on the loop, on its thread.
/// </summary>
/// <remarks>One read and one write at a time. Everything may be called from any thread; on the loop it is cheapest.</remarks>
internal abstract class TransportStream : Stream
{
    private ValueTaskAwaiter<int> _emptyRead;

    /// <summary>Where the connection lives.</summary>
    internal abstract EventLoop Loop { get; }

    /// <summary>The peer; null on a Unix socket.</summary>
    internal abstract IPEndPoint? RemoteEndPoint { get; }

    /// <summary>
    /// Whether whoever waits goes on on the loop. Off while something that takes long runs between reads, such as the
    /// arithmetic of a TLS handshake: others live on the loop too.
    /// </summary>
    internal abstract bool ContinuesOnLoop { get; set; }

    /// <summary>Whether there is something to read, or an error to learn from it. On the loop; when not, <see cref="WhenReadable"/> follows.</summary>
    private protected virtual bool IsReadable
    {
        get
        {
#pragma warning disable CA2012 // Consumed once, by EndWait.
            _emptyRead = ReadAsync(Memory<byte>.Empty, CancellationToken.None).GetAwaiter();
#pragma warning restore CA2012
            return _emptyRead.IsCompleted;
        }
    }

    /// <summary>Waits for something to read as a read into an empty buffer does, for less. On the loop only.</summary>
    /// <exception cref="InvalidOperationException">It is not: what comes might find nobody before it is noted who waits.</exception>
    internal Readability ReadableAsync() => Loop.IsCurrent ? new(this) : throw new InvalidOperationException("The connection lives on another loop.");

    /// <summary>Runs <paramref name="continuation"/> on the loop, once.</summary>
    private protected virtual void WhenReadable(Action continuation) => _emptyRead.UnsafeOnCompleted(continuation);

    /// <summary>Throws when the wait was cancelled.</summary>
    private protected virtual void EndWait() => _emptyRead.GetResult();

    /// <summary>Whether the peer's end was announced, whatever there still is to read. On the loop; where nobody can tell, false.</summary>
    internal virtual bool HasEnded => false;

    /// <summary>Sends FIN: the peer reads to the end, and may still send.</summary>
    internal abstract void ShutdownSend();

    /// <summary>Ends the read that waits, if one does, with <see cref="OperationCanceledException"/>. Unlike a token it costs the read nothing.</summary>
    internal abstract void CancelRead();

    /// <summary>Makes what waits, and every later call, fail. Disposing comes later, from the owner.</summary>
    internal abstract void Abort();

    /// <summary>Moves an idle connection, with nobody but a waiting reader, to another loop. Called on the present one; <paramref name="arrived"/> runs on the other.</summary>
    internal abstract void MoveTo(EventLoop loop, Action<object?> arrived, object? state);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new InvalidOperationException("A connection has no length.");

    public override long Position
    {
        get => throw new InvalidOperationException("A connection has no position.");
        set => throw new InvalidOperationException("A connection has no position.");
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    public abstract override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw BlockingCall();

    public override void Write(byte[] buffer, int offset, int count) => throw BlockingCall();

    public override long Seek(long offset, SeekOrigin origin) => throw new InvalidOperationException("A connection cannot seek.");

    public override void SetLength(long value) => throw new InvalidOperationException("A connection has no length.");

    private static InvalidOperationException BlockingCall() => new("A loop's connections are read and written asynchronously: anything else would block the loop.");

    /// <summary>An awaiter that is called straight from the event: a task's way there costs as much as all that follows.</summary>
    internal readonly struct Readability(TransportStream stream) : ICriticalNotifyCompletion
    {
        internal bool IsCompleted => stream.IsReadable;

        internal Readability GetAwaiter() => this;

        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        public void UnsafeOnCompleted(Action continuation) => stream.WhenReadable(continuation);

        internal void GetResult() => stream.EndWait();
    }
}
