namespace PgOAuth.Startup;

/// <summary>What a client needs to cancel its session's statement: the proxy's own process id and secret.</summary>
internal sealed record CancelKey(int ProcessId, byte[] Secret);
