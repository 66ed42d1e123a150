namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>A column of the generator's tables.</summary>
/// <param name="IsSecret">Whether the token may not read it.</param>
internal sealed record LeakColumn(string Name, LeakType Type, bool IsSecret = false);
