using System.Net;
using System.Net.Sockets;

namespace PgOAuth.Authentication.Jwt;

/// <summary>Stage 3: tells private and dangerous addresses from public ones (IANA special-purpose address registries).</summary>
internal static class NetworkZones
{
    private static readonly (IPNetwork Network, NetworkZone Zone)[] Known =
    [
        (IPNetwork.Parse("0.0.0.0/8"), NetworkZone.Forbidden),
        (IPNetwork.Parse("169.254.0.0/16"), NetworkZone.Forbidden),
        (IPNetwork.Parse("100.100.100.200/32"), NetworkZone.Forbidden), // Alibaba Cloud metadata
        (IPNetwork.Parse("168.63.129.16/32"), NetworkZone.Forbidden), // Azure platform
        (IPNetwork.Parse("192.0.0.0/24"), NetworkZone.Forbidden), // protocol assignments; Oracle Cloud metadata
        (IPNetwork.Parse("224.0.0.0/4"), NetworkZone.Forbidden),
        (IPNetwork.Parse("240.0.0.0/4"), NetworkZone.Forbidden),
        (IPNetwork.Parse("127.0.0.0/8"), NetworkZone.Loopback),
        (IPNetwork.Parse("10.0.0.0/8"), NetworkZone.Private),
        (IPNetwork.Parse("172.16.0.0/12"), NetworkZone.Private),
        (IPNetwork.Parse("192.168.0.0/16"), NetworkZone.Private),
        (IPNetwork.Parse("100.64.0.0/10"), NetworkZone.Private),
        (IPNetwork.Parse("198.18.0.0/15"), NetworkZone.Private),
        (IPNetwork.Parse("::1/128"), NetworkZone.Loopback),
        (IPNetwork.Parse("fd00:ec2::/32"), NetworkZone.Forbidden), // Amazon EC2 metadata
        (IPNetwork.Parse("fc00::/7"), NetworkZone.Private),
        (IPNetwork.Parse("fec0::/10"), NetworkZone.Private),
        (IPNetwork.Parse("2000::/3"), NetworkZone.Public),
        (IPNetwork.Parse("::/0"), NetworkZone.Forbidden),
    ];

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Teredo = IPNetwork.Parse("2001::/32");

    internal static NetworkZone Of(IPAddress address)
    {
        address = Unwrap(address);
        foreach (var (network, zone) in Known)
        {
            if (network.Contains(address))
            {
                return zone;
            }
        }

        return address.AddressFamily == AddressFamily.InterNetwork ? NetworkZone.Public : NetworkZone.Forbidden;
    }

    // An IPv6 address that carries an IPv4 one reaches that one, so that one decides.
    private static IPAddress Unwrap(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        var bytes = address.GetAddressBytes();
        if (Nat64.Contains(address))
        {
            return new IPAddress(bytes.AsSpan(12, 4));
        }

        if (SixToFour.Contains(address))
        {
            return new IPAddress(bytes.AsSpan(2, 4));
        }

        // Teredo has no use for an identity provider; unspecified is forbidden.
        return Teredo.Contains(address) ? IPAddress.Any : address;
    }
}
