using System.Text;

namespace PgOAuth.Upstream.Scram;

/// <summary>Stage 5: prepares a password for SCRAM as PostgreSQL does (RFC 4013; pg_saslprep in src/common/saslprep.c).</summary>
/// <remarks>
/// Like PostgreSQL, a password that the profile does not allow is used as it is, and the prohibited and
/// bidirectional checks look at the text before normalisation.
/// In a host that runs with InvariantGlobalization, .NET does not normalise: there a password must already be in form NFKC.
/// </remarks>
internal static class SaslPrep
{
    /// <summary>The UTF-8 bytes to derive keys from.</summary>
    internal static byte[] Prepare(string password)
    {
        if (Ascii.IsValid(password) || !TryPrepare(password, out var prepared))
        {
            prepared = password;
        }

        return Encoding.UTF8.GetBytes(prepared);
    }

    private static bool TryPrepare(string password, out string prepared)
    {
        prepared = password;
        var mapped = new StringBuilder(password.Length);
        foreach (var rune in password.EnumerateRunes())
        {
            if (SaslPrepTables.Contains(SaslPrepTables.NonAsciiSpaces, rune.Value))
            {
                mapped.Append(' ');
            }
            else if (!SaslPrepTables.Contains(SaslPrepTables.MappedToNothing, rune.Value))
            {
                mapped.Append(rune.ToString());
            }
        }

        var text = mapped.ToString();
        if (text.Length == 0 || IsProhibited(text))
        {
            return false;
        }

        prepared = text.Normalize(NormalizationForm.FormKC);
        return true;
    }

    private static bool IsProhibited(string text)
    {
        bool anyRight = false, anyLeft = false, firstRight = false, lastRight = false, isFirst = true;
        foreach (var rune in text.EnumerateRunes())
        {
            if (SaslPrepTables.Contains(SaslPrepTables.Prohibited, rune.Value) || SaslPrepTables.Contains(SaslPrepTables.Unassigned, rune.Value))
            {
                return true;
            }

            lastRight = SaslPrepTables.Contains(SaslPrepTables.RightToLeft, rune.Value);
            anyRight |= lastRight;
            anyLeft |= SaslPrepTables.Contains(SaslPrepTables.LeftToRight, rune.Value);
            firstRight = isFirst ? lastRight : firstRight;
            isFirst = false;
        }

        // RFC 3454 section 6.
        return anyRight && (anyLeft || !firstRight || !lastRight);
    }
}
