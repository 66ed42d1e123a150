using static PgOAuth.Testing.Upstream.BackendMessages;

namespace PgOAuth.Testing;

/// <summary>A client's messages as bytes.</summary>
public static class FrontendMessages
{
    /// <summary>Query.</summary>
    public static byte[] Query(string sql) => Message('Q', CString(sql));

    /// <summary>Parse.</summary>
    public static byte[] Parse(string sql, string name = "", params int[] types) =>
        Message('P', [.. CString(name), .. CString(sql), .. Int16(types.Length), .. types.SelectMany(Int32)]);

    /// <summary>Bind without parameters, all results as text.</summary>
    public static byte[] Bind(string portal = "", string statement = "") =>
        Message('B', [.. CString(portal), .. CString(statement), .. Int16(0), .. Int16(0), .. Int16(0)]);

    /// <summary>Execute.</summary>
    public static byte[] Execute(string portal = "", int rows = 0) => Message('E', [.. CString(portal), .. Int32(rows)]);

    /// <summary>Describe of a statement.</summary>
    public static byte[] Describe(string statement = "") => Message('D', [(byte)'S', .. CString(statement)]);

    /// <summary>FunctionCall without arguments.</summary>
    public static byte[] FunctionCall(int oid) => Message('F', [.. Int32(oid), .. Int16(0), .. Int16(0), .. Int16(0)]);

    /// <summary>CopyData.</summary>
    public static byte[] CopyData(params byte[] data) => Message('d', data);

    /// <summary>Sync.</summary>
    public static byte[] Sync => Message('S');

    /// <summary>Terminate.</summary>
    public static byte[] Terminate => Message('X');

    /// <summary>StartupMessage of protocol 3.0.</summary>
    public static byte[] Startup(params (string Name, string Value)[] parameters) => Startup(0x00030000, parameters);

    /// <summary>StartupMessage of any version.</summary>
    public static byte[] Startup(int version, params (string Name, string Value)[] parameters)
    {
        byte[] body = [.. Int32(version), .. parameters.SelectMany(static p => (byte[])[.. CString(p.Name), .. CString(p.Value)]), 0];
        return [.. Int32(body.Length + 4), .. body];
    }

    /// <summary>PasswordMessage.</summary>
    public static byte[] Password(string password) => Message('p', CString(password));
}
