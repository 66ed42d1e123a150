namespace PgOAuth.Operations;

/// <summary>Totals of one database since the proxy started. The row of <c>SHOW STATS</c>.</summary>
public sealed record ProxyStatistics
{
    /// <summary>The database, as clients ask for it.</summary>
    public required string Database { get; init; }

    /// <summary>How often a server connection was given to a client.</summary>
    public required long Assignments { get; init; }

    /// <summary>Transactions that ended.</summary>
    public required long Transactions { get; init; }

    /// <summary>Queries that were answered; a pipeline up to its Sync counts as one.</summary>
    public required long Queries { get; init; }

    /// <summary>Bytes that came from clients.</summary>
    public required long BytesReceived { get; init; }

    /// <summary>Bytes that went to clients.</summary>
    public required long BytesSent { get; init; }

    /// <summary>
    /// How long transactions took, all together: from the first message that went to the server to the ReadyForQuery that says idle. What
    /// the client took its time for in between is in it, waiting for a server connection is not.
    /// </summary>
    public required TimeSpan TransactionTime { get; init; }

    /// <summary>How long queries took, all together: from the first message that went to the server to its ReadyForQuery.</summary>
    public required TimeSpan QueryTime { get; init; }

    /// <summary>What clients have waited for server connections, all together.</summary>
    public required TimeSpan WaitTime { get; init; }
}
