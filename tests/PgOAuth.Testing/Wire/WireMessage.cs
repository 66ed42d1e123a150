using System.Text;

namespace PgOAuth.Testing.Wire;

/// <summary>One message from the server.</summary>
public sealed record WireMessage(char Type, byte[] Body)
{
    /// <summary>The body as text, byte by byte.</summary>
    public string Text => Encoding.Latin1.GetString(Body);

    /// <summary>Type and body, for failed assertions.</summary>
    public override string ToString() => $"'{Type}' {Text.Replace('\0', '|')}";
}
