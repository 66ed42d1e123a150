namespace PgOAuth.Operations;

/// <summary>How patiently the proxy stops. Each is less patient than the one before.</summary>
internal enum StopLevel
{
    /// <summary>Sessions go on until their clients leave.</summary>
    WaitForClients,

    /// <summary>Sessions finish what they are at, until <c>Limits:DrainTimeout</c> has passed.</summary>
    Drain,

    /// <summary>Sessions end.</summary>
    Now,
}
