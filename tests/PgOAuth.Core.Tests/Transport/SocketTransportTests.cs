using PgOAuth.Transport.Sockets;

namespace PgOAuth.Transport;

public sealed class SocketTransportTests : TransportContract
{
    internal override ITransport Create(int loops, Action<Exception> faulted) => new SocketTransport(loops, faulted);
}
