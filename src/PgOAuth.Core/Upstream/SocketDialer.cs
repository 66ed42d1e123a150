using System.Net;
using System.Net.Sockets;

namespace PgOAuth.Upstream;

/// <summary>Stage 5: dials over TCP or a Unix socket. Every address of a name is tried in turn, each with its share of the time.</summary>
internal sealed class SocketDialer(TimeProvider time) : IUpstreamDialer
{
    // A server that vanishes without a word is noticed within half a minute (15 s idle, then 3 probes).
    private const int KeepAliveSeconds = 15;
    private const int KeepAliveIntervalSeconds = 5;
    private const int KeepAliveProbes = 3;

    // The same for data that is not acknowledged; .NET has no name for the option (linux/tcp.h).
    private const int TcpProtocol = 6;
    private const int TcpUserTimeout = 18;
    private const int UserTimeoutMilliseconds = 30_000;

    public async ValueTask<UpstreamLink> DialAsync(UpstreamServer server, CancellationToken cancellationToken)
    {
        if (server.IsUnixSocket)
        {
            return await DialAsync(new UnixDomainSocketEndPoint(server.UnixSocketPath), cancellationToken).ConfigureAwait(false);
        }

        var addresses = await Dns.GetHostAddressesAsync(server.Host, cancellationToken).ConfigureAwait(false);
        var share = server.ConnectTimeout / Math.Max(1, addresses.Length);
        SocketException? last = null;
        foreach (var address in addresses)
        {
            using var attempt = new CancellationTokenSource(share, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(attempt.Token, cancellationToken);
            try
            {
                return await DialAsync(new IPEndPoint(address, server.Port), either.Token).ConfigureAwait(false);
            }
            catch (SocketException e)
            {
                last = e;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                last = new SocketException((int)SocketError.TimedOut);
            }
        }

        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }

    public async ValueTask<UpstreamLink> DialAsync(EndPoint address, CancellationToken cancellationToken)
    {
        var isUnix = address is UnixDomainSocketEndPoint;
        var socket = isUnix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (!isUnix)
            {
                Prepare(socket);
            }

            await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
            return new UpstreamLink(new NetworkStream(socket, ownsSocket: true), address);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void Prepare(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveIntervalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveProbes);
        if (OperatingSystem.IsLinux())
        {
            socket.SetRawSocketOption(TcpProtocol, TcpUserTimeout, BitConverter.GetBytes(UserTimeoutMilliseconds));
        }
    }
}
