namespace PgOAuth.Relay;

/// <summary>
/// Stage 6: which of the settings that PostgreSQL reports a session can set, so that each client gets its own back on
/// whatever server connection. The others it reports say what the server or the session is, not how it is set.
/// </summary>
internal static class SettableSettings
{
    internal static ReadOnlySpan<byte> ClientEncoding => "client_encoding"u8;

    internal static ReadOnlySpan<byte> Utf8 => "UTF8"u8;

    /// <summary>Whether a session can set it.</summary>
    internal static bool Contains(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("application_name"u8)
        || name.SequenceEqual(ClientEncoding)
        || name.SequenceEqual("DateStyle"u8)
        || name.SequenceEqual("default_transaction_read_only"u8)
        || name.SequenceEqual("IntervalStyle"u8)
        || name.SequenceEqual("scram_iterations"u8)
        || name.SequenceEqual("search_path"u8)
        || name.SequenceEqual("standard_conforming_strings"u8)
        || name.SequenceEqual("TimeZone"u8);

    /// <summary>Whether a server connection must be told a client's value: it can be set there, and it is another or not certain.</summary>
    /// <param name="wanted">The client's value.</param>
    /// <param name="server">What the server reported.</param>
    /// <param name="isCertain">False when the server's values are about to be reset.</param>
    internal static bool Differs(in SettingValue wanted, ReportedSettings server, bool isCertain) =>
        Contains(wanted.Name)
        && server.Find(wanted.Name) is { } there
        && (!isCertain || !there.AsSpan().SequenceEqual(wanted.Value));

    /// <summary>Whether any must be told.</summary>
    internal static bool Differ(ReportedSettings client, ReportedSettings server)
    {
        if (client == server)
        {
            return false;
        }

        foreach (var wanted in client.Values)
        {
            if (Differs(wanted, server, isCertain: true))
            {
                return true;
            }
        }

        return false;
    }
}
