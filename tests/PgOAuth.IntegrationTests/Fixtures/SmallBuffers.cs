using System.Net.Sockets;

namespace PgOAuth.IntegrationTests.Fixtures;

/// <summary>Has the kernel hold little for a connection, so that whoever does not read is felt at the other end at once.</summary>
internal static class SmallBuffers
{
    private const int TcpMaxSegment = 2;

    /// <summary>Before the socket connects or listens: what it accepts inherits them.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="size">Of each buffer.</param>
    /// <param name="segment">The largest TCP segment. The peer's send buffer grows with what it may send at once, and on the loopback device that is 64 KB.</param>
    public static void Apply(Socket socket, int size = 16 * 1024, int segment = 1200)
    {
        socket.ReceiveBufferSize = size;
        socket.SendBufferSize = size;
        if (OperatingSystem.IsLinux())
        {
            socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpMaxSegment, BitConverter.GetBytes(segment));
        }
    }
}
