namespace PgOAuth.Startup;

/// <summary>Stage 2: what a startup message asks for, parsed, checked and stripped of what the proxy does not send on.</summary>
internal sealed record StartupParameters
{
    internal required string User { get; init; }

    internal required string Database { get; init; }

    /// <summary>Allowed settings to send on, in the order given, each name once.</summary>
    internal required IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; }

    /// <summary>The exchange that the client asked for with <c>-c pgoauth.exchange=…</c>; null when it did not.</summary>
    internal string? Exchange { get; init; }

    /// <summary>The <c>_pq_.*</c> protocol options, none of which the proxy knows.</summary>
    internal required IReadOnlyList<string> UnrecognizedProtocolOptions { get; init; }
}
