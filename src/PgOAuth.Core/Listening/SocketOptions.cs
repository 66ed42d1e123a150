using System.Net.Sockets;

namespace PgOAuth.Listening;

/// <summary>Stages 1 and 5: how sockets of both sides are set.</summary>
internal static class SocketOptions
{
    private const int TcpLevel = 6;
    private const int TcpDeferAccept = 9;

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

    /// <summary>
    /// On Linux a connection is accepted when its first bytes are there, for clients speak first: one event instead of two. A
    /// silent one comes a second later (TCP_DEFER_ACCEPT, man 7 tcp; PgBouncer does the same).
    /// </summary>
    internal static void AcceptWithData(Socket listener)
    {
        if (OperatingSystem.IsLinux() && listener.AddressFamily != AddressFamily.Unix)
        {
            listener.SetRawSocketOption(TcpLevel, TcpDeferAccept, BitConverter.GetBytes(1));
        }
    }
}
