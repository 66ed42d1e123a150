using System.Text;
using PgOAuth.Protocol;

namespace PgOAuth.Operations.AdminDatabase;

/// <summary>Names in messages of the extended protocol. Bytes that are no UTF-8 become replacement characters, which no name here needs.</summary>
internal static class AdminText
{
    internal static string Of(ReadOnlySpan<byte> name) => name.IsEmpty ? "" : Encoding.UTF8.GetString(name);

    /// <summary>The body of Describe and Close: <c>S</c> or <c>P</c>, and a name.</summary>
    internal static bool TryReadTarget(ReadOnlySpan<byte> body, out byte kind, out string name)
    {
        var parser = new MessageParser(body);
        name = "";
        if (!parser.TryReadByte(out kind) || kind is not ((byte)'S' or (byte)'P') || !parser.TryReadCString(out var bytes) || !parser.IsAtEnd)
        {
            return false;
        }

        name = Of(bytes);
        return true;
    }

    /// <summary>The body of Execute.</summary>
    internal static bool TryReadExecute(ReadOnlySpan<byte> body, out string portal, out int most)
    {
        var parser = new MessageParser(body);
        portal = "";
        if (!(parser.TryReadCString(out var bytes) & parser.TryReadInt32(out most)) || !parser.IsAtEnd)
        {
            return false;
        }

        portal = Of(bytes);
        return true;
    }
}
