using System.Buffers.Binary;
using System.Text;

namespace PgOAuth.Testing.Upstream;

/// <summary>A server's messages as bytes.</summary>
public static class BackendMessages
{
    /// <summary>Any message.</summary>
    public static byte[] Message(char type, params byte[] body) => [(byte)type, .. Int32(body.Length + 4), .. body];

    /// <summary>Any authentication request.</summary>
    public static byte[] Authentication(int code, params byte[] data) => Message('R', [.. Int32(code), .. data]);

    /// <summary>AuthenticationOk.</summary>
    public static byte[] AuthenticationOk => Authentication(0);

    /// <summary>AuthenticationSASL.</summary>
    public static byte[] Sasl(params string[] mechanisms) => Authentication(10, [.. mechanisms.SelectMany(CString), 0]);

    /// <summary>ParameterStatus.</summary>
    public static byte[] ParameterStatus(string name, string value) => Message('S', [.. CString(name), .. CString(value)]);

    /// <summary>BackendKeyData.</summary>
    public static byte[] BackendKeyData(int processId, params byte[] key) => Message('K', [.. Int32(processId), .. key]);

    /// <summary>ReadyForQuery.</summary>
    public static byte[] ReadyForQuery(char status = 'I') => Message('Z', (byte)status);

    /// <summary>ErrorResponse.</summary>
    public static byte[] Error(string sqlState, string message, string severity = "FATAL") =>
        Message('E', [.. Field('S', severity), .. Field('V', severity), .. Field('C', sqlState), .. Field('M', message), 0]);

    /// <summary>NoticeResponse.</summary>
    public static byte[] Notice(string message) =>
        Message('N', [.. Field('S', "NOTICE"), .. Field('V', "NOTICE"), .. Field('C', "00000"), .. Field('M', message), 0]);

    /// <summary>DataRow with text columns.</summary>
    public static byte[] DataRow(params string[] columns) =>
        Message('D', [.. Int16(columns.Length), .. columns.SelectMany(static c => (byte[])[.. Int32(Encoding.UTF8.GetByteCount(c)), .. Encoding.UTF8.GetBytes(c)])]);

    /// <summary>RowDescription with text columns.</summary>
    public static byte[] RowDescription(params string[] columns) =>
        Message('T', [.. Int16(columns.Length), .. columns.SelectMany(static c => (byte[])[.. CString(c), .. Int32(0), .. Int16(0), .. Int32(25), .. Int16(-1), .. Int32(-1), .. Int16(0)])]);

    /// <summary>CommandComplete.</summary>
    public static byte[] CommandComplete(string tag) => Message('C', CString(tag));

    /// <summary>A big-endian integer.</summary>
    public static byte[] Int32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>A big-endian short integer.</summary>
    public static byte[] Int16(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteInt16BigEndian(bytes, (short)value);
        return bytes;
    }

    /// <summary>UTF-8 and a NUL.</summary>
    public static byte[] CString(string value) => [.. Encoding.UTF8.GetBytes(value), 0];

    private static byte[] Field(char name, string value) => [(byte)name, .. CString(value)];
}
