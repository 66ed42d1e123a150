using PgOAuth.Protocol;

namespace PgOAuth.Operations.AdminDatabase;

/// <summary>The body of a Bind, without the values of parameters, of which no command has any.</summary>
internal sealed record AdminBind(string Portal, string Statement, int Parameters, short[] Formats)
{
    internal static bool TryParse(in MessageFrame frame, out AdminBind bind)
    {
        bind = new AdminBind("", "", 0, []);
        var parser = new MessageParser(frame.Body);
        if (!parser.TryReadCString(out var portal) || !parser.TryReadCString(out var statement) || !TryReadFormats(ref parser, out _)
            || !parser.TryReadInt16(out var parameters) || parameters < 0)
        {
            return false;
        }

        for (var i = 0; i < parameters; i++)
        {
            if (!parser.TryReadInt32(out var length) || (length >= 0 && !parser.TryReadBytes(length, out _)))
            {
                return false;
            }
        }

        if (!TryReadFormats(ref parser, out var formats) || !parser.IsAtEnd)
        {
            return false;
        }

        bind = new AdminBind(AdminText.Of(portal), AdminText.Of(statement), parameters, formats);
        return true;
    }

    private static bool TryReadFormats(ref MessageParser parser, out short[] formats)
    {
        formats = [];
        if (!parser.TryReadInt16(out var count) || count < 0 || parser.Rest.Length < count * 2)
        {
            return false;
        }

        formats = new short[count];
        for (var i = 0; i < count; i++)
        {
            if (!parser.TryReadInt16(out formats[i]) || formats[i] is not (0 or 1))
            {
                return false;
            }
        }

        return true;
    }
}
