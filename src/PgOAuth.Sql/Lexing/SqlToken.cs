using System.Runtime.InteropServices;

namespace PgOAuth.Sql.Lexing;

/// <summary>One token: its kind and where it stands in the text. Values are decoded when somebody asks.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct SqlToken
{
    public SqlTokenKind Kind;

    /// <summary>For <c>U&amp;"..."</c>: the escape character of its UESCAPE. 0 for all else.</summary>
    public byte Escape;

    /// <summary>First byte of the token.</summary>
    public int Start;

    /// <summary>Byte after the last one; for a literal with UESCAPE, the end of the literal itself.</summary>
    public int End;
}
