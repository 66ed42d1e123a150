namespace PgOAuth.IntegrationTests.Clients.Libpq;

/// <summary>libpq refused, or the server did.</summary>
internal sealed class LibpqException(string message, string? sqlState = null) : Exception(message)
{
    public string? SqlState { get; } = sqlState;
}
