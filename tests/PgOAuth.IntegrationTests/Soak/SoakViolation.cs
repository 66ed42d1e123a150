namespace PgOAuth.IntegrationTests.Soak;

/// <summary>Something that no proxy may do: a foreign result, a reply out of order, a hang.</summary>
internal sealed class SoakViolation(string message) : Exception(message);
