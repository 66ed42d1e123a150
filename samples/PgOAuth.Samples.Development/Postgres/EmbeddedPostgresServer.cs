using Npgsql;

namespace PgOAuth.Samples.Development.Postgres;

/// <summary>A running PostgreSQL server; disposing it stops it and removes everything it wrote.</summary>
public abstract class EmbeddedPostgresServer : IAsyncDisposable
{
    private int _disposed;

    private protected EmbeddedPostgresServer(string source, int majorVersion, NpgsqlConnectionStringBuilder connection)
    {
        Source = source;
        MajorVersion = majorVersion;
        Host = connection.Host ?? "127.0.0.1";
        Port = connection.Port;
        ConnectionString = connection.ConnectionString;
    }

    /// <summary>How the server was found, for people.</summary>
    public string Source { get; }

    /// <summary>The major version, such as 18.</summary>
    public int MajorVersion { get; }

    /// <summary>The address it listens on.</summary>
    public string Host { get; }

    /// <summary>The TCP port it listens on.</summary>
    public int Port { get; }

    /// <summary>A connection string of the superuser, for Npgsql.</summary>
    public string ConnectionString { get; }

    /// <summary>The folder of its Unix socket; null when the server is not a process of this machine that we started.</summary>
    public virtual string? SocketDirectory => null;

    /// <summary>The folder of the server's programs; null when they are not on this machine.</summary>
    public virtual string? BinDirectory => null;

    /// <summary>The same server for another database or login.</summary>
    public string ConnectionStringFor(string? database = null, string? userName = null, string? password = null)
    {
        var builder = new NpgsqlConnectionStringBuilder(ConnectionString);
        builder.Database = database ?? builder.Database;
        if (userName is not null)
        {
            builder.Username = userName;
            builder.Password = password;
        }

        return builder.ConnectionString;
    }

    /// <summary>Runs statements as the superuser.</summary>
    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken = default)
    {
        var builder = new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false };
        await using var source = NpgsqlDataSource.Create(builder);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops the server; its data stay until it is disposed.</summary>
    /// <param name="immediate">Abort every session at once, as in a crash, instead of ending them.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="NotSupportedException">The server is not ours (see <see cref="EmbeddedPostgresOptions.RequireOwnServer"/>).</exception>
    public virtual Task StopAsync(bool immediate = false, CancellationToken cancellationToken = default)
    {
        throw new NotSupportedException($"This PostgreSQL ({Source}) is not ours to stop; ask for one with RequireOwnServer.");
    }

    /// <summary>Stops the server if it runs, and starts it again on the same port with the same data.</summary>
    /// <exception cref="NotSupportedException">The server is not ours (see <see cref="EmbeddedPostgresOptions.RequireOwnServer"/>).</exception>
    public virtual Task RestartAsync(CancellationToken cancellationToken = default)
    {
        throw new NotSupportedException($"This PostgreSQL ({Source}) is not ours to restart; ask for one with RequireOwnServer.");
    }

    /// <summary>What the server has logged so far.</summary>
    /// <exception cref="NotSupportedException">The server is not ours (see <see cref="EmbeddedPostgresOptions.RequireOwnServer"/>).</exception>
    public virtual Task<string> ReadLogAsync(CancellationToken cancellationToken = default)
    {
        throw new NotSupportedException($"The log of this PostgreSQL ({Source}) is not ours to read; ask for one with RequireOwnServer.");
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await DisposeCoreAsync().ConfigureAwait(false);
        }

        GC.SuppressFinalize(this);
    }

    private protected abstract ValueTask DisposeCoreAsync();
}
