using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace PgOAuth.Listening;

/// <summary>Stage 1: reads <c>Endpoints:Address</c>.</summary>
internal static class EndpointAddress
{
    private const string UnixPrefix = "unix:";

    /// <summary>The socket addresses that an endpoint's address stands for.</summary>
    internal static bool TryParse(string address, out IReadOnlyList<EndPoint> endPoints, [NotNullWhen(false)] out string? problem)
    {
        endPoints = [];
        problem = null;
        if (address.StartsWith(UnixPrefix, StringComparison.Ordinal))
        {
            var path = address[UnixPrefix.Length..];
            if (!Path.IsPathFullyQualified(path))
            {
                problem = "a Unix socket needs an absolute path, such as unix:/run/pgoauth/.s.PGSQL.6432";
                return false;
            }

            try
            {
                endPoints = [new UnixDomainSocketEndPoint(path)];
                return true;
            }
            catch (ArgumentOutOfRangeException)
            {
                problem = "the path of the Unix socket is too long for this system";
                return false;
            }
        }

        var colon = address.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > 65_535)
        {
            problem = "expected host:port, such as 0.0.0.0:6432, [::]:6432, *:6432 or localhost:6432";
            return false;
        }

        var host = address[..colon];
        endPoints = host switch
        {
            "*" => Both(IPAddress.Any, IPAddress.IPv6Any, port),
            "localhost" => Both(IPAddress.Loopback, IPAddress.IPv6Loopback, port),
            _ when IPAddress.TryParse(host, out var ip) => [new IPEndPoint(ip, port)],
            _ => [],
        };
        problem = endPoints.Count == 0 ? "the host is not an IP address, localhost or *" : null;
        return problem is null;
    }

    private static IReadOnlyList<EndPoint> Both(IPAddress v4, IPAddress v6, int port) =>
        port != 0 && Socket.OSSupportsIPv6 ? [new IPEndPoint(v4, port), new IPEndPoint(v6, port)] : [new IPEndPoint(v4, port)];
}
