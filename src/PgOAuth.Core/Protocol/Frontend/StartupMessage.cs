using System.Text;

namespace PgOAuth.Protocol.Frontend;

/// <summary>StartupMessage: the protocol version and name/value pairs (manual, "Message Formats").</summary>
internal static class StartupMessage
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the pairs that follow the version. The last byte must be the terminator and nothing may follow it.</summary>
    /// <returns>False when the layout is wrong or a string is not UTF-8.</returns>
    internal static bool TryParse(ReadOnlySpan<byte> body, out List<KeyValuePair<string, string>> pairs)
    {
        pairs = [];
        var parser = new MessageParser(body);
        while (parser.TryReadCString(out var name))
        {
            if (name.IsEmpty)
            {
                return parser.IsAtEnd;
            }

            if (!parser.TryReadCString(out var value) || !TryDecode(name, out var nameText) || !TryDecode(value, out var valueText))
            {
                return false;
            }

            pairs.Add(new(nameText, valueText));
        }

        return false;
    }

    private static bool TryDecode(ReadOnlySpan<byte> bytes, out string text)
    {
        try
        {
            text = Strict.GetString(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            text = "";
            return false;
        }
    }
}
