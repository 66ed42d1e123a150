namespace PgOAuth.Operations;

/// <summary>One server connection. The row of <c>SHOW SERVERS</c>.</summary>
public sealed record ServerStatus
{
    /// <summary>The server's name in the configuration.</summary>
    public required string Server { get; init; }

    /// <summary>The database on the server.</summary>
    public required string Database { get; init; }

    /// <summary>The database role.</summary>
    public required string Role { get; init; }

    /// <summary>What it is at.</summary>
    public required ServerState State { get; init; }

    /// <summary>The server's address.</summary>
    public required string Address { get; init; }

    /// <summary>The server's process id, as in <c>pg_stat_activity</c>.</summary>
    public required int ProcessId { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset ConnectedAt { get; init; }

    /// <summary>The session that has it; null when none has.</summary>
    public long? SessionId { get; init; }

    /// <summary>The prepared statements that the proxy keeps on it.</summary>
    public int PreparedStatements { get; init; }
}
