using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace PgOAuth.Transport.Epoll;

/// <summary>
/// Accepts on every loop: the kernel wakes one of those that wait (EPOLLEXCLUSIVE). A connection stays on the loop that
/// accepted it unless that one has clearly more than another.
/// </summary>
internal sealed class EpollAcceptor : IAsyncDisposable
{
    private readonly LoopAcceptor[] _acceptors;

    internal EpollAcceptor(Socket listener, EpollLoop[] loops, Action<TransportStream> accepted, Action<SocketException, bool> failed)
    {
        listener.Blocking = false;
        _acceptors = [.. loops.Select(loop => new LoopAcceptor((int)listener.SafeHandle.DangerousGetHandle(), loop, loops, accepted, failed))];
        foreach (var acceptor in _acceptors)
        {
            acceptor.Start();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var acceptor in _acceptors)
        {
            await acceptor.StopAsync().ConfigureAwait(false);
        }
    }

    private sealed class LoopAcceptor(int fd, EpollLoop loop, EpollLoop[] loops, Action<TransportStream> accepted, Action<SocketException, bool> failed) : IEpollHandler
    {
        /// <summary>Then other connections of this loop get their turn; the event comes again.</summary>
        private const int MaxAtOnce = 16;

        private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(200);

        private ulong _key;
        private bool _isWatching;
        private bool _isStopped;

        internal void Start() => loop.Post(static self => ((LoopAcceptor)self!).Watch(), this);

        /// <summary>Whoever stops goes on elsewhere: it may be the host.</summary>
        internal Task StopAsync()
        {
            var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            loop.Post(
                _ =>
                {
                    OnStopped();
                    stopped.SetResult();
                },
                null);
            return stopped.Task;
        }

        public void OnStopped()
        {
            _isStopped = true;
            Unwatch();
        }

        public void OnEvents(uint events)
        {
            Span<byte> address = stackalloc byte[128];
            for (var i = 0; i < MaxAtOnce && !_isStopped; i++)
            {
                var client = Libc.Accept(fd, address, out var length);
                if (client >= 0)
                {
                    Place(client, Read(address[..length]));
                    continue;
                }

                var error = Libc.LastError;
                if (error == Libc.TryAgain)
                {
                    return;
                }

                if (error is Libc.Interrupted or Libc.ConnectionAborted)
                {
                    continue;
                }

                if (error is Libc.BadDescriptor or Libc.BadArgument or Libc.NotSocket or Libc.NotListening)
                {
                    OnStopped();
                    failed(LinuxErrors.ToSocketException(error), false);
                    return;
                }

                // Out of file descriptors or memory: those that wait in the backlog are served when there are some again (E14).
                Unwatch();
                failed(LinuxErrors.ToSocketException(error), true);
                _ = ResumeAsync();
                return;
            }
        }

        private async Task ResumeAsync()
        {
            await Task.Delay(PauseAfterFailure).ConfigureAwait(false);
            loop.Post(static self => ((LoopAcceptor)self!).Watch(), this);
        }

        private void Watch()
        {
            if (!_isStopped && !_isWatching)
            {
                _key = loop.Add(fd, Libc.EpollIn | Libc.EpollExclusive, this);
                _isWatching = true;
            }
        }

        private void Unwatch()
        {
            if (_isWatching)
            {
                loop.Remove(fd, _key);
                _isWatching = false;
            }
        }

        private void Place(int client, IPEndPoint? remote)
        {
            var target = loop;
            foreach (var other in loops)
            {
                if (other.Connections + 1 + (other.Connections / 8) < target.Connections)
                {
                    target = other;
                }
            }

            var stream = new EpollStream(client, target, remote);
            if (target == loop)
            {
                Begin(stream);
            }
            else
            {
                target.Post(static work =>
                {
                    var (self, stream) = ((LoopAcceptor, EpollStream))work!;
                    self.Begin(stream);
                }, (this, stream));
            }
        }

        private void Begin(EpollStream stream)
        {
            try
            {
                stream.Register();
            }
            catch (SocketException error)
            {
                // Closed by that.
                failed(error, true);
                return;
            }

            // A session has something to hand on, its activity for one.
            ExecutionContext.RestoreFlow();
            accepted(stream);
            ExecutionContext.SuppressFlow();
        }

        /// <summary>sockaddr_in and sockaddr_in6; null for a Unix socket.</summary>
        private static IPEndPoint? Read(ReadOnlySpan<byte> address) => address.Length < 2 ? null : BitConverter.ToUInt16(address) switch
        {
            2 => new IPEndPoint(new IPAddress(address.Slice(4, 4)), BinaryPrimitives.ReadUInt16BigEndian(address[2..])),
            10 => new IPEndPoint(new IPAddress(address.Slice(8, 16), BitConverter.ToUInt32(address[24..])), BinaryPrimitives.ReadUInt16BigEndian(address[2..])),
            _ => null,
        };
    }
}
