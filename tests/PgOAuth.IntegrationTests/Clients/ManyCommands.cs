using Npgsql;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients;

/// <summary>Commands that are all under way at once.</summary>
internal static class ManyCommands
{
    private const int Count = 400;

    /// <summary>Each with a parameter of its own, and answers that show whose they are.</summary>
    public static async Task EachGetsItsOwnAnswerAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, Count).Select(async n =>
        {
            await using var command = source.CreateCommand("select $1 * 2, repeat('x', $1)");
            command.Parameters.AddWithValue(n);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            Assert.True(await reader.ReadAsync(cancellationToken));
            Assert.Equal(n, reader.GetString(1).Length);
            return reader.GetInt32(0);
        }));

        Assert.Equal(Enumerable.Range(0, Count).Select(static n => n * 2), answers);
    }
}
