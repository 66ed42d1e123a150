using System.Net;
using System.Net.Sockets;
using PgOAuth.Listening;

namespace PgOAuth.Transport.Sockets;

/// <summary>Accepts for one listening socket; each connection goes to the loop that has the fewest, in turn among equals.</summary>
internal sealed class SocketAcceptor : IAsyncDisposable
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(200);

    private readonly Socket _listener;
    private readonly SocketTransport _transport;
    private readonly Action<TransportStream> _accepted;
    private readonly Action<SocketException, bool> _failed;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _turn;

    internal SocketAcceptor(Socket listener, SocketTransport transport, Action<TransportStream> accepted, Action<SocketException, bool> failed)
    {
        _listener = listener;
        _transport = transport;
        _accepted = accepted;
        _failed = failed;
        _accepting = Task.Run(AcceptAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <summary>Never throws.</summary>
    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                try
                {
                    Place(await _listener.AcceptAsync(_stop.Token).ConfigureAwait(false));
                }
                catch (SocketException error) when (SocketErrors.IsPassing(error.SocketErrorCode))
                {
                    if (SocketErrors.IsOfPeer(error.SocketErrorCode))
                    {
                        continue;
                    }

                    // Out of file descriptors or memory: those that wait in the backlog are served when there are some again (E14).
                    _failed(error, true);
                    await Task.Delay(PauseAfterFailure, _stop.Token).ConfigureAwait(false);
                }
            }
        }
        catch (Exception error) when (_stop.IsCancellationRequested && error is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Stopped.
        }
        catch (Exception error)
        {
            _failed(error as SocketException ?? new SocketException((int)SocketError.OperationAborted, error.Message), false);
        }
    }

    private void Place(Socket client)
    {
        IPEndPoint? remote;
        try
        {
            // Not every system lets them inherit what the listener has.
            SocketOptions.Apply(client);
            remote = client.RemoteEndPoint as IPEndPoint;
        }
        catch (SocketException)
        {
            // It left already.
            client.Dispose();
            return;
        }

        var loops = _transport.SocketLoops;
        var target = loops[_turn];
        foreach (var loop in loops)
        {
            if (loop.Connections < target.Connections)
            {
                target = loop;
            }
        }

        _turn = (_turn + 1) % loops.Length;
        var stream = _transport.Own(client, target, remote);
        target.Post(
            static work =>
            {
                var (self, stream) = ((SocketAcceptor, SocketStream))work!;
                stream.Start();
                self._accepted(stream);
            },
            (this, stream));
    }
}
