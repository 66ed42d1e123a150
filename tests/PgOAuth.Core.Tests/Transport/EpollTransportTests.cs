using PgOAuth.Transport.Epoll;
using Xunit;

namespace PgOAuth.Transport;

public sealed class EpollTransportTests : TransportContract
{
    public EpollTransportTests() => Assert.SkipUnless(TransportFactory.HasLoops, "epoll is Linux.");

    internal override ITransport Create(int loops, Action<Exception> faulted) => new EpollTransport(loops, faulted);
}
