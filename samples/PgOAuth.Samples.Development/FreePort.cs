using System.Net;
using System.Net.Sockets;

namespace PgOAuth.Samples.Development;

/// <summary>Asks the kernel for a TCP port of the loopback that nobody uses now; who binds it may still lose a race and must try again.</summary>
internal static class FreePort
{
    public static int Next()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
