using System.Diagnostics.CodeAnalysis;
using PgOAuth.Options;

namespace PgOAuth.Upstream;

/// <summary>Where a session goes. <c>default</c> is nowhere, so a refusal.</summary>
public readonly struct UpstreamRoute
{
    private UpstreamRoute(string server, string database)
    {
        Server = server;
        Database = database;
    }

    /// <summary>Whether there is a server to go to.</summary>
    [MemberNotNullWhen(true, nameof(Server), nameof(Database))]
    public bool IsFound => Server is not null;

    /// <summary>The key of <c>Upstream:Servers</c>.</summary>
    public string? Server { get; }

    /// <summary>The database on that server.</summary>
    public string? Database { get; }

    /// <summary>What the configured route says of its pools; null for what <c>Pool</c> says.</summary>
    internal PoolMode? PoolMode { get; init; }

    internal int? PoolSize { get; init; }

    /// <summary>What the configured route says of the statement gate; null for what <c>Enforcement</c> says.</summary>
    internal GateMode? Gate { get; init; }

    /// <summary>No server: the session is refused.</summary>
    public static UpstreamRoute None => default;

    /// <summary>A route to a configured server.</summary>
    /// <param name="server">The key of <c>Upstream:Servers</c>.</param>
    /// <param name="database">The database on that server.</param>
    public static UpstreamRoute To(string server, string database)
    {
        ArgumentException.ThrowIfNullOrEmpty(server);
        ArgumentException.ThrowIfNullOrEmpty(database);
        return new(server, database);
    }
}
