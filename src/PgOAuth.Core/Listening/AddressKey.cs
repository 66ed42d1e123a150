using System.Net;
using System.Net.Sockets;

namespace PgOAuth.Listening;

/// <summary>What connections are counted by: an IPv4 address, or the /64 of an IPv6 one, which a single host can fill.</summary>
internal readonly record struct AddressKey
{
    private const byte Ipv6Mark = 64;

    private readonly UInt128 _value;

    internal AddressKey(IPAddress? address)
    {
        if (address is null)
        {
            return;
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        Span<byte> bytes = stackalloc byte[16];
        plain.TryWriteBytes(bytes, out var written);
        if (plain.AddressFamily == AddressFamily.InterNetworkV6)
        {
            // The mark keeps ::/64, where ::1 is, apart from "no address".
            bytes[8..].Clear();
            bytes[15] = Ipv6Mark;
        }
        else
        {
            bytes[..written].CopyTo(bytes[12..]);
            bytes[..10].Clear();
            bytes[10..12].Fill(0xff);
        }

        _value = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>The address, for logs.</summary>
    public override string ToString()
    {
        if (_value == 0)
        {
            return "unix";
        }

        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, _value);
        if (new IPAddress(bytes) is { IsIPv4MappedToIPv6: true } mapped)
        {
            return mapped.MapToIPv4().ToString();
        }

        bytes[15] = 0;
        return $"{new IPAddress(bytes)}/64";
    }
}
