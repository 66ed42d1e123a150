using System.Globalization;
using System.Text;

namespace PgOAuth.Protocol.Backend;

/// <summary>ErrorResponse and NoticeResponse (manual, "Error and Notice Message Fields"). A view; valid until the frame is advanced.</summary>
internal readonly ref struct ErrorResponse
{
    private ErrorResponse(ReadOnlySpan<byte> severity, ReadOnlySpan<byte> sqlState, ReadOnlySpan<byte> message, ReadOnlySpan<byte> routine, ReadOnlySpan<byte> schema, ReadOnlySpan<byte> table)
    {
        Severity = severity;
        SqlState = sqlState;
        Message = message;
        Routine = routine;
        Schema = schema;
        Table = table;
    }

    /// <summary>Field <c>V</c> (not localised), else <c>S</c>; empty when the server sent neither (A31).</summary>
    internal ReadOnlySpan<byte> Severity { get; }

    /// <summary>Field <c>C</c>; empty when the server did not send it.</summary>
    internal ReadOnlySpan<byte> SqlState { get; }

    /// <summary>Field <c>M</c>.</summary>
    internal ReadOnlySpan<byte> Message { get; }

    /// <summary>Field <c>R</c>: the function in the server's source; empty when the server did not send it.</summary>
    internal ReadOnlySpan<byte> Routine { get; }

    /// <summary>Field <c>s</c>: the schema of <see cref="Table"/>; empty when the server did not send it.</summary>
    internal ReadOnlySpan<byte> Schema { get; }

    /// <summary>Field <c>t</c>: the table that the error is about; empty when the server did not send it.</summary>
    internal ReadOnlySpan<byte> Table { get; }

    internal bool IsFatal => Severity.SequenceEqual("FATAL"u8) || Severity.SequenceEqual("PANIC"u8);

    internal static bool TryParse(in MessageFrame frame, out ErrorResponse error)
    {
        error = default;
        var parser = new MessageParser(frame.Body);
        ReadOnlySpan<byte> severity = default, localised = default, state = default, message = default, routine = default, schema = default, table = default;
        while (true)
        {
            if (!parser.TryReadByte(out var field))
            {
                return false;
            }

            if (field == 0)
            {
                break;
            }

            if (!parser.TryReadCString(out var value))
            {
                return false;
            }

            switch (field)
            {
                case (byte)'V':
                    severity = value;
                    break;
                case (byte)'S':
                    localised = value;
                    break;
                case (byte)'C':
                    state = value;
                    break;
                case (byte)'M':
                    message = value;
                    break;
                case (byte)'R':
                    routine = value;
                    break;
                case (byte)'s':
                    schema = value;
                    break;
                case (byte)'t':
                    table = value;
                    break;
                default:
                    break; // The manual asks to ignore unknown fields.
            }
        }

        error = new ErrorResponse(severity.IsEmpty ? localised : severity, state, message, routine, schema, table);
        return parser.IsAtEnd;
    }

    internal string MessageText() => Encoding.UTF8.GetString(Message);

    internal string SqlStateText() => Encoding.UTF8.GetString(SqlState);

    /// <summary>Writes an ErrorResponse.</summary>
    internal static void Write(MessageWriter output, string severity, string sqlState, string message, string? detail = null, string? hint = null, int position = 0)
    {
        output.BeginMessage(MessageTypes.Backend.ErrorResponse);
        WriteFields(output, severity, sqlState, message, detail, hint, position);
    }

    /// <summary>Writes an ErrorResponse again without its field <c>D</c>.</summary>
    /// <param name="output">Gets it.</param>
    /// <param name="frame">One that was parsed.</param>
    internal static void WriteWithoutDetail(MessageWriter output, in MessageFrame frame)
    {
        output.BeginMessage(MessageTypes.Backend.ErrorResponse);
        var parser = new MessageParser(frame.Body);
        while (parser.TryReadByte(out var field) && field != 0 && parser.TryReadCString(out var value))
        {
            if (field != (byte)'D')
            {
                output.WriteByte(field);
                output.WriteBytes(value);
                output.WriteByte(0);
            }
        }

        output.WriteByte(0);
        output.EndMessage();
    }

    private static void WriteFields(MessageWriter output, string severity, string sqlState, string message, string? detail, string? hint, int position = 0)
    {
        WriteField(output, 'S', severity);
        WriteField(output, 'V', severity);
        WriteField(output, 'C', sqlState);
        WriteField(output, 'M', message);
        WriteField(output, 'D', detail);
        WriteField(output, 'H', hint);
        WriteField(output, 'P', position > 0 ? position.ToString(CultureInfo.InvariantCulture) : null);
        output.WriteByte(0);
        output.EndMessage();
    }

    /// <summary>Writes a NoticeResponse: the same fields under another type.</summary>
    internal static void WriteNotice(MessageWriter output, string message, string? hint = null)
    {
        output.BeginMessage(MessageTypes.Backend.NoticeResponse);
        WriteFields(output, "NOTICE", SqlStates.Success, message, null, hint);
    }

    private static void WriteField(MessageWriter output, char field, string? value)
    {
        if (value is not null)
        {
            output.WriteByte((byte)field);
            output.WriteCString(value);
        }
    }
}
