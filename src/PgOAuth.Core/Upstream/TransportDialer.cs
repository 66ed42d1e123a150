using System.Net;
using System.Net.Sockets;
using PgOAuth.Transport;

namespace PgOAuth.Upstream;

/// <summary>Stage 5: dials over TCP or a Unix socket. Every address of a name is tried in turn, each with its share of the time.</summary>
internal sealed class TransportDialer(ITransport transport, TimeProvider time) : IUpstreamDialer
{
    public async ValueTask<UpstreamLink> DialAsync(UpstreamServer server, EventLoop? loop, CancellationToken cancellationToken)
    {
        if (server.IsUnixSocket)
        {
            return await DialAsync(new UnixDomainSocketEndPoint(server.UnixSocketPath), loop, cancellationToken).ConfigureAwait(false);
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
                var endPoint = new IPEndPoint(address, server.Port);
                return await DialAsync(endPoint, loop, either.Token).ConfigureAwait(false);
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

    public async ValueTask<UpstreamLink> DialAsync(EndPoint address, EventLoop? loop, CancellationToken cancellationToken) =>
        new(await transport.ConnectAsync(address, loop ?? transport.Loops[0], cancellationToken).ConfigureAwait(false), address);
}
