using System.ComponentModel;
using System.Net.Sockets;

namespace PgOAuth.Transport.Epoll;

/// <summary>Error numbers of Linux as the exceptions that .NET's own sockets would throw.</summary>
internal static class LinuxErrors
{
    internal static IOException ToIOException(int error) => new(new Win32Exception(error).Message, ToSocketException(error));

    internal static SocketException ToSocketException(int error) => new((int)ToSocketError(error), new Win32Exception(error).Message);

    private static SocketError ToSocketError(int error) => error switch
    {
        2 => SocketError.AddressNotAvailable,
        12 or 105 => SocketError.NoBufferSpaceAvailable,
        11 => SocketError.WouldBlock,
        13 => SocketError.AccessDenied,
        22 => SocketError.InvalidArgument,
        23 or 24 => SocketError.TooManyOpenSockets,
        28 => SocketError.NoBufferSpaceAvailable,
        32 => SocketError.Shutdown,
        88 => SocketError.NotSocket,
        99 => SocketError.AddressNotAvailable,
        100 => SocketError.NetworkDown,
        101 => SocketError.NetworkUnreachable,
        Libc.ConnectionAborted => SocketError.ConnectionAborted,
        104 => SocketError.ConnectionReset,
        110 => SocketError.TimedOut,
        111 => SocketError.ConnectionRefused,
        112 => SocketError.HostDown,
        113 => SocketError.HostUnreachable,
        _ => SocketError.SocketError,
    };
}
