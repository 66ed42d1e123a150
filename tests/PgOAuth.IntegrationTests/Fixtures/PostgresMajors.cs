using Xunit;

namespace PgOAuth.IntegrationTests.Fixtures;

/// <summary>The major versions every client is tested against: the oldest and the newest supported.</summary>
internal static class PostgresMajors
{
    public static TheoryData<int> All { get; } = [15, 18];
}
