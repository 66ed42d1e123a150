using System.Net;
using System.Net.Sockets;

namespace PgOAuth.Transport.Sockets;

/// <summary>Dials.</summary>
internal static class SocketConnector
{
    private static readonly TimeSpan BacklogPause = TimeSpan.FromMilliseconds(20);

    /// <exception cref="SocketException">The address did not answer.</exception>
    internal static async ValueTask<Socket> ConnectAsync(EndPoint address, CancellationToken cancellationToken)
    {
        while (true)
        {
            var isUnix = address is UnixDomainSocketEndPoint;
            var socket = new Socket(address.AddressFamily, SocketType.Stream, isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp);
            try
            {
                if (!isUnix)
                {
                    KeepAlive(socket);
                }

                await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
                return socket;
            }
            catch (SocketException error) when (isUnix && error.SocketErrorCode is SocketError.WouldBlock or SocketError.TryAgain)
            {
                // A Unix socket whose backlog is full says so at once; TCP would try again by itself.
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }

            await Task.Delay(BacklogPause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A server that vanishes without a word is noticed within half a minute: 15 s idle, then 3 probes; or 30 s of unacknowledged data.</summary>
    private static void KeepAlive(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 15);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
        if (OperatingSystem.IsLinux())
        {
            // IPPROTO_TCP, TCP_USER_TIMEOUT
            socket.SetRawSocketOption(6, 18, BitConverter.GetBytes(30_000));
        }
    }
}
