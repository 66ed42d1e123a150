using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using PgOAuth.Protocol;
using PgOAuth.Protocol.Backend;

namespace PgOAuth.Operations.AdminDatabase;

/// <summary>Writes what a server would say.</summary>
internal static class AdminReplies
{
    private const int TextType = 25;
    private const int Int8Type = 20;

    internal static void WriteParameter(MessageWriter output, string name, string value)
    {
        output.BeginMessage(MessageTypes.Backend.ParameterStatus);
        output.WriteCString(name);
        output.WriteCString(value);
        output.EndMessage();
    }

    internal static void WriteEmpty(MessageWriter output, byte type)
    {
        output.BeginMessage(type);
        output.EndMessage();
    }

    internal static void WriteColumns(MessageWriter output, ConsoleColumn[] columns, AdminPortal? portal)
    {
        output.BeginMessage(MessageTypes.Backend.RowDescription);
        output.WriteInt16((short)columns.Length);
        for (var i = 0; i < columns.Length; i++)
        {
            output.WriteCString(columns[i].Name);
            output.WriteInt32(0);
            output.WriteInt16(0);
            output.WriteInt32(columns[i].IsNumber ? Int8Type : TextType);
            output.WriteInt16(columns[i].IsNumber ? (short)8 : (short)-1);
            output.WriteInt32(-1);
            output.WriteInt16(portal?.IsBinary(i) == true ? (short)1 : (short)0);
        }

        output.EndMessage();
    }

    internal static void WriteRow(MessageWriter output, object?[] cells, AdminPortal? portal)
    {
        output.BeginMessage(MessageTypes.Backend.DataRow);
        output.WriteInt16((short)cells.Length);
        for (var i = 0; i < cells.Length; i++)
        {
            WriteCell(output, cells[i], portal?.IsBinary(i) == true);
        }

        output.EndMessage();
    }

    internal static void WriteComplete(MessageWriter output, string tag)
    {
        output.BeginMessage(MessageTypes.Backend.CommandComplete);
        output.WriteCString(tag);
        output.EndMessage();
    }

    internal static void WriteError(MessageWriter output, AdminAnswer error) =>
        ErrorResponse.Write(output, "ERROR", error.SqlState!, error.Message!, error.Detail, error.Hint);

    private static void WriteCell(MessageWriter output, object? cell, bool isBinary)
    {
        switch (cell)
        {
            case null:
                output.WriteInt32(-1);
                break;
            case long number when isBinary:
                output.WriteInt32(8);
                BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(8), number);
                output.Advance(8);
                break;
            default:
                var text = Encoding.UTF8.GetBytes(Convert.ToString(cell, CultureInfo.InvariantCulture)!);
                output.WriteInt32(text.Length);
                output.WriteBytes(text);
                break;
        }
    }
}
