using System.Text;

namespace PgOAuth.Enforcement.Policy;

/// <summary>Which settings everybody may set and show, and which nobody may set (stage 7). Names in lower case.</summary>
internal static class SettingRules
{
    // What changes formats, time-outs and the kind of transaction: what drivers, ORMs and pg_dump set on their own.
    private static readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> Harmless = Of(
        "application_name bytea_output client_encoding client_min_messages datestyle default_transaction_deferrable " +
        "default_transaction_isolation default_transaction_read_only extra_float_digits idle_in_transaction_session_timeout " +
        "idle_session_timeout intervalstyle lock_timeout quote_all_identifiers row_security standard_conforming_strings " +
        "statement_timeout synchronize_seqscans timezone transaction_deferrable transaction_isolation transaction_read_only " +
        "transaction_timeout xmlbinary xmloption");

    private static readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> Shown = Of(
        "block_size default_table_access_method default_tablespace in_hot_standby integer_datetimes is_superuser lc_collate lc_ctype " +
        "lc_messages lc_monetary lc_numeric lc_time max_identifier_length max_index_keys role search_path segment_size " +
        "server_encoding server_version server_version_num session_authorization work_mem");

    /// <summary>Whether everybody may set it.</summary>
    internal static bool IsHarmless(ReadOnlySpan<byte> name) => Harmless.Contains(name);

    /// <summary>Whether everybody may see it: also what the token says of whom it names.</summary>
    internal static bool IsShown(ReadOnlySpan<byte> name) => Harmless.Contains(name) || Shown.Contains(name) || name.StartsWith("pgoauth."u8);

    /// <summary>Whether nobody may set it, whatever a policy says: names and code would be read otherwise than they are judged.</summary>
    internal static bool IsNeverSet(ReadOnlySpan<byte> name) =>
        ProtectedSettings.IsProtected(name)
        || name.SequenceEqual("search_path"u8)
        || name.SequenceEqual("session_preload_libraries"u8)
        || name.SequenceEqual("local_preload_libraries"u8)
        || name.SequenceEqual("dynamic_library_path"u8)
        || name.SequenceEqual("extension_control_path"u8)
        || name.SequenceEqual("allow_system_table_mods"u8);

    private static HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> Of(string names) =>
        new HashSet<byte[]>(names.Split(' ').Select(Encoding.ASCII.GetBytes), Utf8NameComparer.Instance)
            .GetAlternateLookup<ReadOnlySpan<byte>>();
}
