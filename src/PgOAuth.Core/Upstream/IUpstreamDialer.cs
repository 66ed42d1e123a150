using System.Net;
using PgOAuth.Transport;

namespace PgOAuth.Upstream;

/// <summary>Stage 5: opens the bare connection to a server. Tests put another in its place.</summary>
internal interface IUpstreamDialer
{
    /// <summary>Connects to a server, at any of its addresses.</summary>
    /// <param name="server">Which.</param>
    /// <param name="loop">Where the connection is to live; null when that does not matter.</param>
    /// <exception cref="System.Net.Sockets.SocketException">No address answered.</exception>
    ValueTask<UpstreamLink> DialAsync(UpstreamServer server, EventLoop? loop, CancellationToken cancellationToken);

    /// <summary>Connects to one address: a CancelRequest must reach the very server that runs the session.</summary>
    /// <param name="address">Which.</param>
    /// <param name="loop">Where the connection is to live; null when that does not matter.</param>
    /// <exception cref="System.Net.Sockets.SocketException">It did not answer.</exception>
    ValueTask<UpstreamLink> DialAsync(EndPoint address, EventLoop? loop, CancellationToken cancellationToken);
}
