namespace PgOAuth.Enforcement;

/// <summary>Names that reach settings, roles, other sessions or SQL in texts: looked for in every statement, at any depth (stage 7).</summary>
internal static class KnownNames
{
    /// <summary>Bytes of the shortest of the names: most names of a statement are no longer.</summary>
    private const int ShortestName = 6;

    // PostgreSQL's own, then those of its contrib modules tablefunc and xml2, then of widespread extensions (orafce).
    private static KeywordSet SqlAsText => new(
        " query_to_xml query_to_xmlschema query_to_xml_and_xmlschema ts_stat ts_rewrite connectby xpath_table dbms_sql "u8);

    // They keep the SQL they build from their arguments to the statement they run in: trigger functions of the contrib module spi.
    private static KeywordSet SqlInTriggers => new(" check_primary_key check_foreign_key "u8);

    // pg_background runs text as the same login.
    private static KeywordSet SqlElsewhere => new(" pg_background_launch pg_background_launch_v2 "u8);

    // Functions of the set_user extension.
    private static KeywordSet Roles => new(" set_user set_user_u reset_user set_session_auth "u8);

    // Session locks, by their own names and not the transaction's.
    private static KeywordSet Locks => new(
        " pg_advisory_lock pg_advisory_lock_shared pg_try_advisory_lock pg_try_advisory_lock_shared "u8);

    private static KeywordSet Lasting => new(
        " setseed pg_backup_start pg_start_backup pg_create_physical_replication_slot pg_create_logical_replication_slot pg_copy_physical_replication_slot pg_copy_logical_replication_slot "u8);

    /// <summary>What is known of a token that is an identifier. Keywords are none of these names in any version.</summary>
    /// <param name="buffer"><see cref="StatementTokens.NameBytes"/> or more.</param>
    internal static NameTraits Of(in StatementTokens tokens, int index, Span<byte> buffer)
    {
        var raw = tokens.Raw(index);
        return raw.Length < ShortestName || !MayBeKnown(raw) ? NameTraits.None : Of(tokens.Name(index, buffer));
    }

    // By the first letter; a name with escapes may have any.
    private static bool MayBeKnown(ReadOnlySpan<byte> raw) =>
        (raw[0] == '"' ? raw[1] : (byte)(raw[0] | 0x20)) is (byte)'c' or (byte)'d' or >= (byte)'p' and <= (byte)'u' or (byte)'x';

    private static NameTraits Of(ReadOnlySpan<byte> name) => (name.IsEmpty ? 0 : name[0]) switch
    {
        (byte)'p' when name.StartsWith("pg_"u8) => OfServer(name),
        (byte)'s' when name.SequenceEqual("set_config"u8) => NameTraits.SetConfig,
        (byte)'d' when name.StartsWith("dblink"u8) => NameTraits.SqlAsText | NameTraits.Lasting,
        (byte)'c' when name.StartsWith("crosstab"u8) => NameTraits.SqlAsText | NameTraits.Lasting,
        (byte)'c' or (byte)'d' or (byte)'q' or (byte)'t' or (byte)'x' when SqlAsText.Contains(name) => NameTraits.SqlAsText | NameTraits.Lasting,
        (byte)'c' when SqlInTriggers.Contains(name) => NameTraits.SqlAsText,
        (byte)'r' or (byte)'s' when Roles.Contains(name) => NameTraits.Role | NameTraits.Lasting,
        (byte)'s' when Lasting.Contains(name) => NameTraits.Lasting,
        _ => NameTraits.None,
    };

    private static NameTraits OfServer(ReadOnlySpan<byte> name) => name switch
    {
        _ when name.SequenceEqual("pg_settings"u8) => NameTraits.SettingsView,
        _ when name.StartsWith("pg_temp"u8) => NameTraits.Temporary,
        _ when SqlElsewhere.Contains(name) => NameTraits.SqlAsText | NameTraits.Lasting,
        _ when Locks.Contains(name) => NameTraits.SessionLock,
        _ when Lasting.Contains(name) || name.StartsWith("pg_replication_origin_"u8) || name.StartsWith("pg_background_"u8) => NameTraits.Lasting,
        _ => NameTraits.None,
    };
}
