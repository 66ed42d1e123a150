using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace PgOAuth.Transport.Sockets;

/// <summary>
/// A connection on .NET's asynchronous sockets. One pump per direction carries bytes between the socket and a pipe, off
/// the loop; who reads or writes meets the pipes only, and goes on on the loop.
/// </summary>
internal sealed partial class SocketStream : TransportStream
{
    private readonly Socket _socket;
    private readonly Action<SocketStream> _closed;
    private readonly Pipe _input;
    private readonly Pipe _output;
    private SocketLoop _loop;
    private int _isClosed;
    private bool _isCounted = true;
    private volatile bool _isGone;
    private volatile bool _isEnding;
    private volatile bool _isMoving;
    private volatile bool _continuesElsewhere;

    /// <param name="socket">Connected; owned from now on.</param>
    /// <param name="loop">Where it lives.</param>
    /// <param name="remote">The peer; null on a Unix socket.</param>
    /// <param name="closed">Told once that it was closed.</param>
    internal SocketStream(Socket socket, SocketLoop loop, IPEndPoint? remote, Action<SocketStream> closed)
    {
        _socket = socket;
        _loop = loop;
        _closed = closed;
        RemoteEndPoint = remote;
        _input = new Pipe(new PipeOptions(
            readerScheduler: new LoopScheduler(this),
            writerScheduler: PipeScheduler.ThreadPool,
            pauseWriterThreshold: InputPause,
            resumeWriterThreshold: InputPause / 2,
            minimumSegmentSize: SegmentSize,
            useSynchronizationContext: false));
        // The pump goes on where the writer is: most of what is sent goes at once, and needs no other thread. What was
        // written counts as written when the kernel has it all, so that closing loses nothing.
        _output = new Pipe(new PipeOptions(
            readerScheduler: PipeScheduler.Inline,
            writerScheduler: new LoopScheduler(this),
            pauseWriterThreshold: 1,
            resumeWriterThreshold: 1,
            minimumSegmentSize: SegmentSize,
            useSynchronizationContext: false));
        loop.ConnectionAdded();
    }

    internal override EventLoop Loop => Volatile.Read(ref _loop);

    internal override IPEndPoint? RemoteEndPoint { get; }

    /// <summary>Known once the pump has come so far: it stops where nobody reads on.</summary>
    internal override bool HasEnded => _isEnding || _isGone;

    internal override bool ContinuesOnLoop
    {
        get => !_continuesElsewhere;
        set => _continuesElsewhere = !value;
    }

    /// <summary>Whether what runs now runs on the connection's loop, and the connection has arrived there.</summary>
    internal bool IsAtHome => !_isMoving && Loop.IsCurrent;

    /// <summary>Sets both pumps going.</summary>
    internal void Start()
    {
        _ = ReceiveAsync();
        _ = SendAsync();
    }

    internal override void Abort()
    {
        if (!_isGone)
        {
            _isGone = true;
            Shutdown(SocketShutdown.Both);
            _input.Reader.CancelPendingRead();
            _output.Writer.CancelPendingFlush();
        }
    }

    internal override void MoveTo(EventLoop loop, Action<object?> arrived, object? state)
    {
        var target = (SocketLoop)loop;
        var source = _loop;
        _isMoving = true;
        Volatile.Write(ref _loop, target);
        if (_isCounted)
        {
            source.ConnectionRemoved();
            target.ConnectionAdded();
        }

        target.Post(
            static move =>
            {
                var (stream, arrived, state) = ((SocketStream, Action<object?>, object?))move!;
                stream._isMoving = false;
                arrived(state);
            },
            (this, arrived, state));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            // Shut down first: a socket that is closed while it waits would otherwise be reset.
            Abort();
            _socket.Dispose();
            if (_reading.TryMark(HalfGuard.Closed))
            {
                _input.Reader.Complete();
            }

            if (_writing.TryMark(HalfGuard.Closed))
            {
                _output.Writer.Complete();
            }

            _closed(this);
            CountOut();
        }

        base.Dispose(disposing);
    }

    private void CountOut()
    {
        if (!IsAtHome)
        {
            Loop.Post(static stream => ((SocketStream)stream!).CountOut(), this);
            return;
        }

        _isCounted = false;
        _loop.ConnectionRemoved();
    }

    private void Shutdown(SocketShutdown how)
    {
        try
        {
            _socket.Shutdown(how);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The peer was faster.
        }
    }

    private static bool IsOfSocket(Exception error) => error is SocketException or ObjectDisposedException;

    private static IOException Gone() => new("The connection is closed.", new ObjectDisposedException(nameof(SocketStream)));
}
