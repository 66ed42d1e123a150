using PgOAuth.Options;
using PgOAuth.Transport.Epoll;

namespace PgOAuth.Transport;

/// <summary>Chooses how sockets are waited for.</summary>
internal static class TransportFactory
{
    /// <param name="options">Checked before.</param>
    /// <param name="faulted">Told of an exception that reached a loop: a defect. The loop goes on.</param>
    internal static ITransport Create(TransportOptions options, Action<Exception> faulted)
    {
        var loops = options.Loops > 0 ? options.Loops : Environment.ProcessorCount;
        return new EpollTransport(loops, faulted);
    }
}
