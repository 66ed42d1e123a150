namespace PgOAuth.Enforcement;

/// <summary>What <see cref="EffectRules"/> looks for in every statement of any kind, at any depth: functions and words that leave state (stage 7).</summary>
internal ref struct EffectTokens
{
    // Session locks, by their own names and not the transaction's.
    private static KeywordSet Locks => new(
        " pg_advisory_lock pg_advisory_lock_shared pg_try_advisory_lock pg_try_advisory_lock_shared "u8);

    // Functions whose work DISCARD ALL does not undo.
    private static KeywordSet Lasting => new(
        " setseed pg_backup_start pg_start_backup pg_create_physical_replication_slot pg_create_logical_replication_slot pg_copy_physical_replication_slot pg_copy_logical_replication_slot set_user set_user_u reset_user set_session_auth "u8);

    // Functions that execute an argument as SQL: what it leaves is not in this text.
    private static KeywordSet SqlAsText => new(
        " query_to_xml query_to_xmlschema query_to_xml_and_xmlschema ts_stat ts_rewrite connectby xpath_table dbms_sql "u8);

    private static KeywordSet BeforeTemporary => new(" create replace into local global "u8);

    private bool _mayBeTemporary;
    private bool _afterWith;
    private bool _namesSettingsView;

    /// <summary>Reads one token. <paramref name="behind"/> stands behind it.</summary>
    internal SessionEffects Of(in SqlToken token, SqlTokenizer behind, scoped Span<byte> buffer)
    {
        if (!token.IsName)
        {
            _mayBeTemporary = _afterWith = false;
            return SessionEffects.None;
        }

        var effects = OfWord(token);
        _mayBeTemporary = BeforeTemporary.Contains(token);
        _afterWith = token.IsWord("with"u8);
        if (SqlTextDecoder.DecodeName(token, buffer, out var name) is not SqlTextResult.Whole)
        {
            return effects | SessionEffects.Touched;
        }

        if (name.StartsWith("pg_temp"u8))
        {
            return effects | SessionEffects.Touched;
        }

        // UPDATE pg_settings SET setting = … sets any setting.
        _namesSettingsView |= name.SequenceEqual("pg_settings"u8);
        if (_namesSettingsView && token.IsWord("set"u8))
        {
            return effects | SessionEffects.Tainted;
        }

        return behind.Peek().IsSymbol("("u8) ? effects | OfFunction(name, behind, buffer) : effects;
    }

    private readonly SessionEffects OfWord(in SqlToken token) =>
        (_mayBeTemporary && (token.IsWord("temp"u8) || token.IsWord("temporary"u8))) || (_afterWith && token.IsWord("hold"u8))
            ? SessionEffects.Touched
            : SessionEffects.None;

    private static SessionEffects OfFunction(ReadOnlySpan<byte> name, SqlTokenizer behind, scoped Span<byte> buffer)
    {
        if (name.SequenceEqual("set_config"u8))
        {
            return SettingEffects.OfSetConfig(behind, buffer);
        }

        if (Locks.Contains(name))
        {
            return SessionEffects.Touched;
        }

        return Lasting.Contains(name) || SqlAsText.Contains(name)
            || name.StartsWith("dblink"u8) || name.StartsWith("crosstab"u8) || name.StartsWith("pg_replication_origin_"u8)
            || name.StartsWith("pg_background_"u8)
            ? SessionEffects.Tainted
            : SessionEffects.None;
    }
}
