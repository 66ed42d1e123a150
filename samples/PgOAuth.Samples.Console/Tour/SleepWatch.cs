using Npgsql;

namespace PgOAuth.Samples.Terminal.Tour;

/// <summary>Looks past the proxy, as the superuser, whether somebody's statement sleeps on the server.</summary>
internal sealed class SleepWatch(string superuserConnectionString)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Ends when as many statements sleep as wanted.</summary>
    public async Task WaitForAsync(int sleeping, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(superuserConnectionString + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        while (await CountAsync(connection, cancellationToken) != sleeping)
        {
            await Task.Delay(Interval, cancellationToken);
        }
    }

    private static async Task<long> CountAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select count(*) from pg_stat_activity where datname = current_database() and state = 'active' and wait_event = 'PgSleep'", connection);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
