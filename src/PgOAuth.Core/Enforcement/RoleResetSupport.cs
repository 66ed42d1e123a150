using System.Globalization;

namespace PgOAuth.Enforcement;

/// <summary>
/// Whether a server returns to the role of the startup message when the session is reset (stages 5 and 7). Before the fix of
/// CVE-2024-10978, DISCARD ALL left the role for the login's own: such servers cannot be used in <c>AssumeRole</c>.
/// </summary>
internal static class RoleResetSupport
{
    /// <summary>Judges the <c>server_version</c> that the server reports, such as "15.18 (Debian 15.18-0+deb12u1)".</summary>
    internal static bool KeepsStartupRole(string serverVersion)
    {
        var number = serverVersion.AsSpan();
        // A test release ("19beta1") has a major version only.
        var end = 0;
        while (end < number.Length && (char.IsAsciiDigit(number[end]) || number[end] == '.'))
        {
            end++;
        }

        number = number[..end];
        var dot = number.IndexOf('.');
        var majorDigits = dot < 0 ? number : number[..dot];
        if (!int.TryParse(majorDigits, NumberStyles.None, CultureInfo.InvariantCulture, out var major))
        {
            return false;
        }

        var oldestMinor = major switch
        {
            < 12 => int.MaxValue,
            12 => 21,
            13 => 17,
            14 => 14,
            15 => 9,
            16 => 5,
            17 => 1,
            _ => 0,
        };
        if (oldestMinor == 0)
        {
            return true;
        }

        var minorDigits = dot < 0 ? default : number[(dot + 1)..];
        return int.TryParse(minorDigits, NumberStyles.None, CultureInfo.InvariantCulture, out var minor) && minor >= oldestMinor;
    }
}
