using PgOAuth.Options;

namespace PgOAuth.Operations;

/// <summary>One pool: what its clients and server connections are at. The row of <c>SHOW POOLS</c>.</summary>
public sealed record PoolStatus
{
    /// <summary>The database on the server.</summary>
    public required string Database { get; init; }

    /// <summary>The database role.</summary>
    public required string Role { get; init; }

    /// <summary>The server's name in the configuration.</summary>
    public required string Server { get; init; }

    /// <summary>The tenant; empty when there is none.</summary>
    public string Tenant { get; init; } = "";

    /// <summary>Clients that have a server connection, or want none at the moment.</summary>
    public required int ClientsActive { get; init; }

    /// <summary>Clients that wait for a server connection.</summary>
    public required int ClientsWaiting { get; init; }

    /// <summary>Server connections that a client has.</summary>
    public required int ServersActive { get; init; }

    /// <summary>Server connections that can be given out at once.</summary>
    public required int ServersIdle { get; init; }

    /// <summary>Server connections that are reset or checked before they can be given out.</summary>
    public required int ServersUsed { get; init; }

    /// <summary>Server connections that are being made.</summary>
    public required int ServersLogin { get; init; }

    /// <summary>How long the client that waits longest has been waiting.</summary>
    public required TimeSpan MaxWait { get; init; }

    /// <summary>How long a session keeps its server connection.</summary>
    public required PoolMode Mode { get; init; }
}
