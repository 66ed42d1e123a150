namespace PgOAuth.Enforcement;

/// <summary>SET and RESET in the forms of PostgreSQL's gram.y (VariableSetStmt, VariableResetStmt, ConstraintsSetStmt), for stage 7.</summary>
internal static class SetRules
{
    // Words that, behind SET and not followed by an assignment, start a form which cannot reach a protected setting.
    private static KeywordSet HarmlessForms => new(" transaction constraints time schema xml "u8);

    /// <summary>Judges what follows the word SET.</summary>
    internal static StatementVerdict CheckSet(SqlTokenizer tokens, Span<byte> buffer)
    {
        var first = tokens.Read();
        var isLocal = first.IsWord("local"u8);
        if ((isLocal || (first.IsWord("session"u8) && !IsSessionForm(tokens.Peek()))) && !ContinuesName(tokens.Peek()))
        {
            first = tokens.Read();
        }

        var next = tokens.Peek();
        if (!ContinuesName(next))
        {
            if (first.IsWord("session"u8))
            {
                return CheckSession(tokens, isLocal);
            }

            if (first.IsWord("role"u8))
            {
                return StatementVerdict.Deny(StatementDenial.RoleChange);
            }

            if (first.IsWord("names"u8))
            {
                return next.EndsStatement ? StatementVerdict.Allow : CheckValue(tokens, "client_encoding"u8, buffer);
            }

            if (HarmlessForms.Contains(first))
            {
                return StatementVerdict.Allow;
            }
        }

        return CheckAssignment(first, tokens, buffer);
    }

    /// <summary>Judges what follows the word RESET.</summary>
    internal static StatementVerdict CheckReset(SqlTokenizer tokens, Span<byte> buffer)
    {
        var first = tokens.Read();
        if (first.IsWord("session"u8) && IsSessionForm(tokens.Peek()))
        {
            return StatementVerdict.Deny(StatementDenial.RoleChange);
        }

        // ALL leaves the role alone, and the proxy gave the session's settings at startup: that is what they go back to.
        if (first.IsWord("all"u8)
            || (first.IsWord("time"u8) && tokens.Peek().IsWord("zone"u8))
            || (first.IsWord("transaction"u8) && tokens.Peek().IsWord("isolation"u8)))
        {
            return StatementVerdict.Allow;
        }

        return ReadSettingName(first, ref tokens, buffer, out var name, out var behind) && behind.EndsStatement
            ? CheckName(name)
            : StatementVerdict.Deny(StatementDenial.StatementKind);
    }

    /// <summary>Whether a setting may be given a value at all.</summary>
    internal static StatementVerdict CheckName(ReadOnlySpan<byte> name) =>
        ProtectedSettings.IsRole(name) ? StatementVerdict.Deny(StatementDenial.RoleChange)
        : ProtectedSettings.IsProtected(name) ? StatementVerdict.Deny(StatementDenial.ProtectedSetting)
        : StatementVerdict.Allow;

    // SESSION CHARACTERISTICS AS TRANSACTION, or SESSION AUTHORIZATION. The one that says DEFAULT is what DISCARD ALL does too: it goes
    // back to the login and to the role of the startup message. Npgsql sends it whenever a pooled connection is handed back.
    private static StatementVerdict CheckSession(SqlTokenizer tokens, bool isLocal)
    {
        if (tokens.Read().IsWord("characteristics"u8))
        {
            return StatementVerdict.Allow;
        }

        return !isLocal && tokens.Read().IsWord("default"u8) && tokens.Read().EndsStatement
            ? StatementVerdict.Allow
            : StatementVerdict.Deny(StatementDenial.RoleChange);
    }

    private static StatementVerdict CheckAssignment(SqlToken first, SqlTokenizer tokens, Span<byte> buffer)
    {
        if (!ReadSettingName(first, ref tokens, buffer, out var name, out var behind))
        {
            return StatementVerdict.Deny(StatementDenial.StatementKind);
        }

        var verdict = CheckName(name);
        if (!verdict.IsAllowed || !ProtectedSettings.IsRestricted(name))
        {
            return verdict;
        }

        return behind.IsWord("from"u8) ? StatementVerdict.Deny(StatementDenial.ProtectedSetting) : CheckValue(tokens, name, buffer[name.Length..]);
    }

    private static StatementVerdict CheckValue(SqlTokenizer tokens, ReadOnlySpan<byte> name, Span<byte> buffer)
    {
        var value = tokens.Read();
        if (!tokens.Peek().EndsStatement)
        {
            return StatementVerdict.Deny(StatementDenial.ProtectedSetting);
        }

        // DEFAULT is the value that the proxy sent at startup.
        return value.IsWord("default"u8)
            || (SqlTextDecoder.Decode(value, buffer, out var length) is SqlTextResult.Whole && ProtectedSettings.IsSafeValue(name, buffer[..length]))
            ? StatementVerdict.Allow
            : StatementVerdict.Deny(StatementDenial.ProtectedSetting);
    }

    /// <summary>Reads name(.name)*, joined as PostgreSQL joins them: "a.b" in quotes and a.b are one setting.</summary>
    private static bool ReadSettingName(SqlToken first, ref SqlTokenizer tokens, Span<byte> buffer, out ReadOnlySpan<byte> name, out SqlToken behind)
    {
        var length = 0;
        var part = first;
        name = default;
        while (true)
        {
            var rest = buffer[length..];
            if (!part.IsName || SqlTextDecoder.DecodeName(part, rest, out var decoded) is not SqlTextResult.Whole || decoded.Length >= rest.Length)
            {
                behind = part;
                return false;
            }

            length += decoded.Length;
            behind = tokens.Read();
            if (!behind.IsSymbol("."u8))
            {
                name = buffer[..length];
                return true;
            }

            buffer[length++] = (byte)'.';
            part = tokens.Read();
        }
    }

    private static bool IsSessionForm(in SqlToken next) => next.IsWord("authorization"u8) || next.IsWord("characteristics"u8);

    private static bool ContinuesName(in SqlToken next) =>
        next.IsSymbol("="u8) || next.IsSymbol("."u8) || next.IsWord("to"u8) || next.IsWord("from"u8);
}
