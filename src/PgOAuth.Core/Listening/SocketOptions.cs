using System.Net.Sockets;

namespace PgOAuth.Listening;

/// <summary>Stages 1 and 5: how sockets of both sides are set.</summary>
internal static class SocketOptions
{
    /// <summary>No delay for small messages; a peer that fell silent is noticed in about two minutes (A46).</summary>
    internal static void Apply(Socket socket)
    {
        if (socket.AddressFamily == AddressFamily.Unix)
        {
            return;
        }

        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 6);
    }
}
