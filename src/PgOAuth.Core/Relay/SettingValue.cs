using System.Text;

namespace PgOAuth.Relay;

/// <summary>A setting and its value, in UTF-8 (stage 6). No NUL in either: the server refuses it.</summary>
internal readonly record struct SettingValue(byte[] Name, byte[] Value)
{
    internal SettingValue(string name, string value)
        : this(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value))
    {
    }
}
