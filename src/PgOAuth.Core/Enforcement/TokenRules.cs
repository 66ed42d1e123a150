namespace PgOAuth.Enforcement;

/// <summary>What is looked for in every statement of any kind, at any depth: names that reach settings or run text as SQL (stage 7).</summary>
internal ref struct TokenRules
{
    // Functions that execute an argument as SQL, or build SQL from one without quoting it: PostgreSQL's own, then those of its contrib
    // modules tablefunc, xml2 and spi, then of widespread extensions (pg_background runs text as the same login, orafce in this session).
    private static KeywordSet SqlAsText => new(
        " query_to_xml query_to_xmlschema query_to_xml_and_xmlschema ts_stat ts_rewrite connectby xpath_table check_primary_key check_foreign_key pg_background_launch pg_background_launch_v2 dbms_sql "u8);

    // Functions of the set_user extension.
    private static KeywordSet RoleFunctions => new(" set_user set_user_u reset_user set_session_auth "u8);

    private static KeywordSet ViewWriters => new(" update insert merge delete create alter into "u8);

    private bool _namesSettingsView;
    private bool _writes;

    /// <summary>Whether the statement, all of it seen, writes to the view whose update rule calls set_config.</summary>
    internal readonly bool WritesSettingsView => _namesSettingsView && _writes;

    /// <summary>Judges one token. <paramref name="behind"/> stands behind it.</summary>
    internal StatementVerdict Check(in SqlToken token, SqlTokenizer behind, scoped Span<byte> buffer)
    {
        if (!token.IsName)
        {
            return StatementVerdict.Allow;
        }

        if (SqlTextDecoder.DecodeName(token, buffer, out var name) is not SqlTextResult.Whole)
        {
            return StatementVerdict.Deny(StatementDenial.NotReadable);
        }

        _writes |= ViewWriters.Contains(token);
        if (name.SequenceEqual("set_config"u8))
        {
            return CheckSetConfig(behind, buffer);
        }

        _namesSettingsView |= name.SequenceEqual("pg_settings"u8);
        if (SqlAsText.Contains(name) || name.StartsWith("dblink"u8) || name.StartsWith("crosstab"u8))
        {
            return StatementVerdict.Deny(StatementDenial.SqlAsText);
        }

        return RoleFunctions.Contains(name) && behind.Read().IsSymbol("("u8)
            ? StatementVerdict.Deny(StatementDenial.RoleChange)
            : StatementVerdict.Allow;
    }

    // Only set_config('literal', …): every other form may turn out to name any setting.
    private static StatementVerdict CheckSetConfig(SqlTokenizer tokens, scoped Span<byte> buffer)
    {
        if (!tokens.Read().IsSymbol("("u8)
            || tokens.Read() is not { IsString: true } literal
            || SqlTextDecoder.Decode(literal, buffer, out var length) is not SqlTextResult.Whole
            || !tokens.Read().IsSymbol(","u8))
        {
            return StatementVerdict.Deny(StatementDenial.ComputedSetting);
        }

        var name = buffer[..length];
        var verdict = SetRules.CheckName(name);
        if (!verdict.IsAllowed || !ProtectedSettings.IsRestricted(name))
        {
            return verdict;
        }

        var value = tokens.Read();
        var rest = buffer[length..];
        return value.IsString
            && SqlTextDecoder.Decode(value, rest, out var valueLength) is SqlTextResult.Whole
            && tokens.Read().IsSymbol(","u8)
            && ProtectedSettings.IsSafeValue(name, rest[..valueLength])
            ? StatementVerdict.Allow
            : StatementVerdict.Deny(StatementDenial.ProtectedSetting);
    }
}
