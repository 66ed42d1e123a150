using System.Buffers;
using System.Text;

namespace PgOAuth.Enforcement;

/// <summary>
/// Comments that the pg_hint_plan extension reads: /*+ Set(name value) */ changes a setting while a statement is planned, and planning may
/// already run functions (stage 7). The extension searches the raw text, so text in quotes counts as well.
/// </summary>
internal static class HintRules
{
    private static readonly SearchValues<byte> _endsName = SearchValues.Create(" \t\r\n\f\v\"()"u8);

    private static readonly SearchValues<byte> _wordsOfAscii = SearchValues.Create("$0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"u8);

    private static ReadOnlySpan<byte> Start => "/*+"u8;

    /// <summary>Whether a hint sets a setting that clients may not set.</summary>
    internal static bool SetsProtected(ReadOnlySpan<byte> sql)
    {
        for (var at = sql.IndexOf(Start); at >= 0; at = sql.IndexOf(Start))
        {
            sql = sql[(at + Start.Length)..];
            var end = sql.IndexOf("*/"u8);
            if (ContainsProtectedSet(end < 0 ? sql : sql[..end]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool ContainsProtectedSet(ReadOnlySpan<byte> hints)
    {
        for (var bracket = hints.IndexOf((byte)'('); bracket >= 0; bracket = hints.IndexOf((byte)'('))
        {
            var keyword = hints[..bracket].TrimEnd(" \t\r\n\f\v"u8);
            hints = hints[(bracket + 1)..];
            if (keyword.Length >= 3 && Ascii.EqualsIgnoreCase(keyword[^3..], "set"u8)
                && (keyword.Length == 3 || !ContinuesWord(keyword[^4])))
            {
                var name = hints.TrimStart(" \t\r\n\f\v\""u8);
                var length = name.IndexOfAny(_endsName);
                name = length < 0 ? name : name[..length];
                if (ProtectedSettings.IsProtected(name) || ProtectedSettings.IsRestricted(name))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool ContinuesWord(byte value) => value >= 0x80 || _wordsOfAscii.Contains(value);
}
