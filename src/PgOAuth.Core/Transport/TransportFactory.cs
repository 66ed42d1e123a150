using PgOAuth.Transport.Epoll;

namespace PgOAuth.Transport;

/// <summary>Chooses how sockets are waited for.</summary>
internal static class TransportFactory
{
    internal static ITransport Create(int loops, Action<Exception> faulted) => new EpollTransport(loops, faulted);
}
