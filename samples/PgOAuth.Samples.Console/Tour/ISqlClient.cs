namespace PgOAuth.Samples.Terminal.Tour;

/// <summary>A real client, as people use it.</summary>
internal interface ISqlClient
{
    /// <summary>Name and version.</summary>
    string Description { get; }

    /// <summary>Connects, runs one statement and disconnects.</summary>
    /// <param name="login">How to connect.</param>
    /// <param name="sql">The statement.</param>
    /// <param name="running">When it ends, the client cancels the statement; null lets it run to its end.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<SqlAnswer> RunAsync(SqlLogin login, string sql, Task? running, CancellationToken cancellationToken);
}
