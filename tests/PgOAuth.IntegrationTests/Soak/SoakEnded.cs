namespace PgOAuth.IntegrationTests.Soak;

/// <summary>The session came to an end from the other side.</summary>
internal sealed class SoakEnded(string sqlState, string message) : Exception(message)
{
    public string SqlState { get; } = sqlState;
}
