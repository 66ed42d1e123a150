using System.Net.Sockets;

namespace PgOAuth.Transport.Sockets;

/// <summary>What a failed accept means.</summary>
internal static class SocketErrors
{
    /// <summary>Whether the next accept may work.</summary>
    internal static bool IsPassing(SocketError error) => IsOfPeer(error) || error is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable
        or SocketError.NetworkDown or SocketError.HostDown or SocketError.HostUnreachable or SocketError.NetworkUnreachable;

    /// <summary>Whether only the connection at the head of the backlog was lost.</summary>
    internal static bool IsOfPeer(SocketError error) =>
        error is SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.TimedOut or SocketError.Interrupted or SocketError.TryAgain or SocketError.WouldBlock;
}
