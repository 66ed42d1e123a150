namespace PgOAuth.Operations;

/// <summary>One client connection. The row of <c>SHOW CLIENTS</c>.</summary>
public sealed record ClientStatus
{
    /// <summary>The session's number, as in log and audit.</summary>
    public required long SessionId { get; init; }

    /// <summary>What it is at.</summary>
    public required ClientState State { get; init; }

    /// <summary>The database asked for; null before the client said it.</summary>
    public string? Database { get; init; }

    /// <summary>The database role; null before it is known.</summary>
    public string? Role { get; init; }

    /// <summary>The token's subject; null before the token was accepted.</summary>
    public string? Subject { get; init; }

    /// <summary>The client's address; null on a Unix socket.</summary>
    public string? Address { get; init; }

    /// <summary>Whether the client's link is encrypted.</summary>
    public bool IsTls { get; init; }

    /// <summary>When the connection was accepted.</summary>
    public required DateTimeOffset ConnectedAt { get; init; }

    /// <summary>How long it has been waiting for a server connection; zero when it does not.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>What the client called itself when it logged in; null when it did not.</summary>
    public string? ApplicationName { get; init; }

    /// <summary>The process id of the server connection it has; null when it has none.</summary>
    public int? ServerProcessId { get; init; }
}
