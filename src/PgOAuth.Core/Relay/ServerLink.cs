using PgOAuth.Protocol;
using PgOAuth.Sessions;
using PgOAuth.Transport;
using PgOAuth.Upstream;

namespace PgOAuth.Relay;

/// <summary>
/// Stage 6: one server connection and the direction from it. Reads as long as it lives, whoever uses it, so that the end
/// of an idle connection is noticed at once (B15). Everything here runs on the connection's loop.
/// </summary>
internal sealed class ServerLink
{
    private static readonly byte[] Terminate = [MessageTypes.Frontend.Terminate, 0, 0, 0, 4];

    private readonly UpstreamConnection _upstream;
    private readonly Stream _stream;
    private readonly ServerStep _step;
    private RelayInput _input;
    private RelayBuffer _buffer;
    private SessionRelay? _client;
    private bool _isTelling;
    private bool _isStarted;
    private bool _isClosed;
    private int _cancels;
    private Action? _idle;

    internal ServerLink(UpstreamConnection upstream, ServerStep step, ServerConversation conversation)
    {
        _upstream = upstream;
        _stream = upstream.Channel.Stream;
        _input = new RelayInput(_stream, upstream.Connection);
        _step = step;
        Conversation = conversation;
        _buffer = new RelayBuffer(upstream.Channel.Detach());
    }

    internal ServerConversation Conversation { get; }

    internal UpstreamConnection Upstream => _upstream;

    /// <summary>Whether it still can be used; false once the server's end or the connection's was seen.</summary>
    internal bool IsUsable => !_isClosed && !IsOver;

    /// <summary>Whether reading is over.</summary>
    internal bool IsOver { get; private set; }

    /// <summary>Why it is over; null when nothing but the client's end is the reason.</summary>
    internal SessionFailure? Failure { get; private set; }

    /// <summary>Whether a CancelRequest is on its way: nobody else may get the connection before it is over (A34).</summary>
    internal bool IsHeld => _cancels > 0;

    /// <summary>Whether a cancel was sent of which nobody knows whether the server has handled it: it may hit what runs next.</summary>
    internal bool MayBeCancelled { get; private set; }

    /// <summary>Whether what the client got so far are whole messages.</summary>
    internal bool IsClientWhole => !_isTelling && _step.IsAtBoundary;

    /// <summary>Completes when reading is over.</summary>
    internal Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Told when the connection is over, on its loop.</summary>
    internal Action<ServerLink>? Ended { get; set; }

    /// <summary>The session that has it.</summary>
    internal SessionRelay? Client => _client;

    internal void Start()
    {
        _isStarted = true;
        Completion = RunAsync();
    }

    internal void Attach(SessionRelay client)
    {
        _client = client;
        _step.Client = client.Conversation;
    }

    internal void Detach()
    {
        _client = null;
        _step.Client = null;
    }

    /// <summary>Sends to the server; the one writer at a time is the session that has it, or the pool when none has.</summary>
    internal ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => _stream.WriteAsync(bytes, cancellationToken);

    /// <summary>Runs <paramref name="action"/> once the server owes nothing, or is over. For the pool, while no session has the connection.</summary>
    internal void WhenIdle(Action action)
    {
        _idle = action;
        TellIdle();
    }

    /// <summary>Cancels what runs, and holds the connection until the server has closed the request's connection.</summary>
    internal async ValueTask<bool> CancelAsync(CancellationToken cancellationToken)
    {
        _cancels++;
        var isOver = false;
        try
        {
            return isOver = await _upstream.CancelAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await EventLoop.Enter(_upstream.Loop);
            _cancels--;
            MayBeCancelled |= !isOver;
            TellIdle();
        }
    }

    /// <summary>Says goodbye where that can be understood, and closes.</summary>
    internal void Close() => _ = CloseAsync();

    private async Task CloseAsync()
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        try
        {
            if (!IsOver && Conversation.IsIdle)
            {
                await _stream.WriteAsync(Terminate, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (IsConnectionError(error))
        {
            // It is being closed: that the server was faster is no news.
        }
        finally
        {
            await _upstream.DisposeAsync().ConfigureAwait(false);
            if (!_isStarted)
            {
                Release();
            }
        }
    }

    private void Release()
    {
        _buffer.Release();
        _step.Dispose();
    }

    internal static bool IsConnectionError(Exception error) => error is IOException or ObjectDisposedException or System.Net.Sockets.SocketException;

    /// <remarks>One method on purpose: a second one that waits would allocate its state each time, once per message.</remarks>
    private async Task RunAsync()
    {
        ExecutionContexts.DoNotFlow();
        try
        {
            while (true)
            {
                var need = 0;
                if (!_buffer.IsEmpty)
                {
                    var action = _step.Step(_buffer.Span);
                    need = action.Need;
                    if (action.Forward > 0 || _step.Replacement.Length > 0)
                    {
                        if (_client is not { } client)
                        {
                            // Nobody is there to get it, and the step drops what may come unasked.
                            Failure = new SessionFailure(SessionEndReason.UpstreamProtocolViolation, "the server spoke unasked");
                            return;
                        }

                        try
                        {
                            _isTelling = true;
                            if (action.Forward > 0)
                            {
                                client.Conversation.Counters?.Sent(action.Forward);
                                await client.Stream.WriteAsync(_buffer.First(action.Forward), CancellationToken.None).ConfigureAwait(false);
                            }

                            if (_step.Replacement.Length > 0)
                            {
                                client.Conversation.Counters?.Sent(_step.Replacement.Length);
                                await client.Stream.WriteAsync(_step.Replacement.WrittenMemory, CancellationToken.None).ConfigureAwait(false);
                                _step.Replacement.Clear();
                            }

                            _isTelling = false;
                        }
                        catch (Exception error) when (IsConnectionError(error))
                        {
                            client.End(new SessionFailure(SessionEndReason.ClientDisconnected, error.GetType().Name));
                            return;
                        }
                    }

                    _buffer.Consume(action.Forward + action.Skip);
                    if (action.End is { } end)
                    {
                        Failure = new SessionFailure(end.Reason, end.Detail);
                        return;
                    }

                    if (!_buffer.IsEmpty && action.Forward + action.Skip > 0 && need <= _buffer.Length)
                    {
                        continue;
                    }

                    if (_client is { } attached)
                    {
                        attached.Progressed();
                    }
                    else
                    {
                        TellIdle();
                    }
                }

                if (_buffer.IsEmpty)
                {
                    _buffer.Release();
                    // Completes when there is something to read, without a buffer waiting for it.
                    if (_input.Connection is { } connection)
                    {
                        await connection.ReadableAsync();
                    }
                    else
                    {
                        await _stream.ReadAsync(Memory<byte>.Empty, CancellationToken.None).ConfigureAwait(false);
                    }
                }

                var room = _buffer.Room(need);
                var read = await _stream.ReadAsync(room, CancellationToken.None).ConfigureAwait(false);
                if (read == 0)
                {
                    Failure = new SessionFailure(_step.SawFatal ? SessionEndReason.UpstreamTerminated : SessionEndReason.UpstreamDisconnected);
                    return;
                }

                _input.Read(read, room.Length);
                _buffer.Filled(read);
            }
        }
        catch (Exception error) when (IsConnectionError(error))
        {
            Failure = new SessionFailure(_step.SawFatal ? SessionEndReason.UpstreamTerminated : SessionEndReason.UpstreamDisconnected, error.GetType().Name);
        }
        catch (Exception error)
        {
            // A defect. Whoever has the connection must learn that nobody reads it any more.
            Failure = new SessionFailure(SessionEndReason.InternalError, error.GetType().Name);
        }
        finally
        {
            Release();
            await EventLoop.Enter(_upstream.Loop);
            IsOver = true;
            // Whoever ended it has a reason of its own already.
            _client?.End(Failure ?? new SessionFailure(SessionEndReason.UpstreamDisconnected));
            Ended?.Invoke(this);
            TellIdle();
        }
    }

    private void TellIdle()
    {
        if (_idle is { } idle && (!IsUsable || (Conversation.IsIdle && !IsHeld)))
        {
            _idle = null;
            idle();
        }
    }
}
