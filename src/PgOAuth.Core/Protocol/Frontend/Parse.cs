namespace PgOAuth.Protocol.Frontend;

/// <summary>Parse: SQL text for the extended protocol. A view; valid until the frame is advanced.</summary>
internal readonly ref struct Parse
{
    private Parse(ReadOnlySpan<byte> statementName, ReadOnlySpan<byte> sql)
    {
        StatementName = statementName;
        Sql = sql;
    }

    /// <summary>The prepared statement's name; empty for the unnamed one.</summary>
    internal ReadOnlySpan<byte> StatementName { get; }

    /// <summary>The text, without its NUL.</summary>
    internal ReadOnlySpan<byte> Sql { get; }

    internal static bool TryParse(in MessageFrame frame, out Parse parse)
    {
        parse = default;
        var parser = new MessageParser(frame.Body);
        if (!parser.TryReadCString(out var name)
            || !parser.TryReadCString(out var sql)
            || !parser.TryReadInt16(out var types)
            || parser.Rest.Length != (ushort)types * 4)
        {
            return false;
        }

        parse = new Parse(name, sql);
        return true;
    }
}
