using System.Buffers.Binary;

namespace PgOAuth.Protocol.Frontend;

/// <summary>Parse: SQL text for the extended protocol. A view; valid until the frame is advanced.</summary>
internal readonly ref struct Parse
{
    private Parse(ReadOnlySpan<byte> statementName, ReadOnlySpan<byte> sql, ReadOnlySpan<byte> parameterTypes)
    {
        StatementName = statementName;
        Sql = sql;
        ParameterTypes = parameterTypes;
    }

    /// <summary>The prepared statement's name; empty for the unnamed one.</summary>
    internal ReadOnlySpan<byte> StatementName { get; }

    /// <summary>The text, without its NUL.</summary>
    internal ReadOnlySpan<byte> Sql { get; }

    /// <summary>The number of parameter types and their OIDs, as in the message.</summary>
    internal ReadOnlySpan<byte> ParameterTypes { get; }

    internal static bool TryParse(in MessageFrame frame, out Parse parse)
    {
        parse = default;
        var parser = new MessageParser(frame.Body);
        if (!parser.TryReadCString(out var name)
            || !parser.TryReadCString(out var sql)
            || !BinaryPrimitives.TryReadUInt16BigEndian(parser.Rest, out var count)
            || parser.Rest.Length != 2 + (count * 4))
        {
            return false;
        }

        parse = new Parse(name, sql, parser.Rest);
        return true;
    }
}
