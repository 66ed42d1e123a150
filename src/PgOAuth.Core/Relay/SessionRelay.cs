using PgOAuth.Enforcement;
using PgOAuth.Sessions;
using PgOAuth.Transport;

namespace PgOAuth.Relay;

/// <summary>
/// Stage 6: a client's session while it is logged in: the direction from it, and the server connection it has at the
/// moment. Everything here runs on the session's loop, but for what says otherwise.
/// </summary>
internal sealed partial class SessionRelay : IDisposable
{
    private readonly TransportStream? _connection;
    private readonly ClientStep _step;
    private readonly ServerSource _servers;
    private readonly CancellationTokenSource _stop;
    private RelayInput _input;
    private RelayBuffer _buffer;
    private ServerLink? _server;
    private SessionFailure? _end;
    private bool _isSending;
    private bool _isDraining;
    private TaskCompletionSource? _reply;

    /// <param name="client">The client's connection.</param>
    /// <param name="connection">What is beneath, whatever was put over it; null when it is no loop's.</param>
    /// <param name="ahead">What was read from it already.</param>
    /// <param name="conversation">What is known of the client.</param>
    /// <param name="step">The direction from the client.</param>
    /// <param name="servers">Where server connections come from and go to.</param>
    /// <param name="stop">Ends the session.</param>
    internal SessionRelay(Stream client, TransportStream? connection, ReadOnlySpan<byte> ahead, ClientConversation conversation, ClientStep step, ServerSource servers, CancellationTokenSource stop)
    {
        _connection = connection;
        _input = new RelayInput(client, connection);
        Conversation = conversation;
        _buffer = new RelayBuffer(ahead);
        _step = step;
        _servers = servers;
        _stop = stop;
    }

    internal Stream Stream => _input.Stream;

    internal ClientConversation Conversation { get; }

    /// <summary>The server connection it has at the moment.</summary>
    internal ServerLink? Server => _server;

    /// <summary>Whether the client is known to be gone already.</summary>
    internal bool IsClientGone => _connection is { HasEnded: true };

    /// <summary>Cancelled when the session ends.</summary>
    internal CancellationToken Stopping => _stop.Token;

    /// <summary>Whether a message of the proxy's own can still be sent to the client: nothing before it was cut short.</summary>
    internal bool CanTellClient { get; set; } = true;

    /// <summary>Gives the session a server connection.</summary>
    internal void Attach(ServerLink server, in ServerNeeds needs)
    {
        _server = server;
        server.Attach(this);
        _step.Attach(server.Conversation, needs.Reset, needs.Settings);
    }

    /// <summary>Ends the session; of several reasons the first counts.</summary>
    internal void End(SessionFailure reason)
    {
        _end ??= reason;
        Stop();
    }

    /// <summary>Lets the session finish its transaction, then ends it.</summary>
    internal void Drain()
    {
        _isDraining = true;
        EndIfDrained();
    }

    /// <summary>The server or the client has got on: perhaps the server connection is free now.</summary>
    internal void Progressed()
    {
        if (_reply is { } reply && !_step.AwaitsReply)
        {
            reply.TrySetResult();
        }

        if (_server is { } server && IsAtRest(server))
        {
            if (_servers.IsGivenBackWhenIdle && server.Conversation.IsAccountable)
            {
                Detach();
                _servers.GiveBack(server);
            }
            else if (_servers.IsShared && (server.Conversation.Effects & SessionEffects.Resets) != 0)
            {
                // The client has reset its claims away with everything else: the next message brings them back.
                _step.Detach();
            }

            EndIfDrained();
        }
    }

    /// <summary>Cancels what runs for this session, and nothing of the proxy's own (A36). In the hands of a pool a connection runs nothing of it.</summary>
    internal ValueTask<bool> CancelAsync(CancellationToken cancellationToken) =>
        _server is { Conversation.IsPreludeRunning: false } server
            ? server.CancelAsync(cancellationToken)
            : ValueTask.FromResult(_server is null && _servers.TryCancelWait());

    /// <summary>Runs until the session ends, and says why. Never throws for what a peer does.</summary>
    /// <remarks>One method on purpose: a second one that waits would allocate its state each time, once per message.</remarks>
    internal async ValueTask<SessionFailure> RunAsync()
    {
        ExecutionContexts.DoNotFlow();
        var stop = _stop.Token;

        // A registration for each read or wait would cost more than the step; End cancels what waits by itself.
        var read = _connection is null ? stop : CancellationToken.None;
        try
        {
            while (_end is null)
            {
                var need = 0;
                if (!_buffer.IsEmpty)
                {
                    var action = _step.Step(_buffer.Span);
                    need = action.Need;
                    if (_server is { } server && (action.Forward > 0 || _step.Replacement.Length > 0))
                    {
                        _isSending = true;
                        if (server.Conversation.Replies.IsBusy)
                        {
                            Conversation.Asking();
                        }

                        if (action.Forward > 0)
                        {
                            await server.WriteAsync(_buffer.First(action.Forward), stop).ConfigureAwait(false);
                        }

                        if (_step.Replacement.Length > 0)
                        {
                            await server.WriteAsync(_step.Replacement.WrittenMemory, stop).ConfigureAwait(false);
                            _step.Replacement.Clear();
                        }

                        _isSending = false;
                    }

                    _buffer.Consume(action.Forward + action.Skip);
                    if (action.End is { } end)
                    {
                        _end ??= new SessionFailure(end.Reason, end.Detail);
                        if (end.Reason is SessionEndReason.ClientTerminated)
                        {
                            await FinishAsync().ConfigureAwait(false);
                            await EventLoop.Enter(_connection?.Loop);
                        }

                        Stop();
                        break;
                    }

                    if (action.Awaits is Awaited.Server)
                    {
                        // Taken first: what it needs depends on which one it is.
                        var taking = _server is null ? _servers.TakeAsync(read) : new ValueTask<ServerLink>(_server);
                        if (!taking.IsCompleted)
                        {
                            _buffer.Shrink();
                        }

                        var taken = await taking.ConfigureAwait(false);
                        if (_server is null && (_end is not null || stop.IsCancellationRequested))
                        {
                            _servers.GiveBack(taken);
                            break;
                        }

                        if (taken.IsUsable)
                        {
                            Attach(taken, _servers.Prepare(this));
                        }
                        else if (_server is null)
                        {
                            // It ended on its way here, when it had nobody to tell: the next one will do.
                            _servers.Discard(taken);
                        }
                        else
                        {
                            End(taken.Failure ?? new SessionFailure(SessionEndReason.UpstreamDisconnected));
                        }

                        continue;
                    }

                    if (action.Awaits is Awaited.Policy)
                    {
                        await _step.Gate!.RefreshAsync(stop).ConfigureAwait(false);
                        await EventLoop.Enter(_connection?.Loop);
                        continue;
                    }

                    if (action.Awaits is Awaited.Reply)
                    {
                        if (_step.AwaitsReply)
                        {
                            await WhenAnswered(stop).ConfigureAwait(false);
                            await EventLoop.Enter(_connection?.Loop);
                            _reply = null;
                        }

                        continue;
                    }

                    // The replies may have been faster than the end of our own sending.
                    Progressed();
                    if (!_buffer.IsEmpty && action.Forward + action.Skip > 0 && need <= _buffer.Length)
                    {
                        continue;
                    }
                }

                if (_end is not null)
                {
                    break;
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
                        await Stream.ReadAsync(Memory<byte>.Empty, read).ConfigureAwait(false);
                    }
                }

                var room = _buffer.Room(need);
                var count = await Stream.ReadAsync(room, read).ConfigureAwait(false);
                if (count == 0)
                {
                    End(new SessionFailure(SessionEndReason.ClientDisconnected));
                    break;
                }

                _input.Read(count, room.Length);
                _buffer.Filled(count);
                Conversation.Counters?.Received(count);
            }
        }
        catch (OperationCanceledException)
        {
            // Cancelled by End, or by the session's own token.
            _end ??= new SessionFailure(SessionEndReason.ProxyStopping);
        }
        catch (NoServerException error)
        {
            _end ??= error.Failure;
        }
        catch (Exception error) when (ServerLink.IsConnectionError(error))
        {
            await ExplainAsync(error).ConfigureAwait(false);
        }
        finally
        {
            _buffer.Release();
        }

        await LeaveServerAsync().ConfigureAwait(false);
        return _end ?? new SessionFailure(SessionEndReason.ProxyStopping);
    }

    public void Dispose() => _step.Dispose();

    private void Stop()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Lost the race against the session's own end, which is what was wanted.
        }

        _connection?.CancelRead();
        _servers.TryCancelWait();
    }

    private void EndIfDrained()
    {
        if (_isDraining && (_server is null || IsAtRest(_server)))
        {
            End(new SessionFailure(SessionEndReason.ProxyStopping));
        }
    }

    // Nothing is owed and nothing is on its way: not even the last reply, which a client that reads slowly does not have yet.
    private bool IsAtRest(ServerLink server) => server.Conversation.IsIdle && server.IsClientWhole && _step.IsAtBoundary && !_isSending;

    private void Detach()
    {
        _server?.Detach();
        _server = null;
        _step.Detach();
    }

    /// <summary>Ends when the server has said what is waited for. The caller comes back to the loop by itself, and forgets it there.</summary>
    private Task WhenAnswered(CancellationToken cancellationToken)
    {
        _reply = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _reply.Task.WaitAsync(cancellationToken);
    }
}
