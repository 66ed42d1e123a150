using System.Globalization;
using Npgsql;
using PgOAuth.Samples.Development.Postgres.Servers;

namespace PgOAuth.Samples.Development.Postgres.Sources;

/// <summary>
/// A server somebody else runs, named by a connection string in <c>PGOAUTH_POSTGRES_&lt;major&gt;</c> or
/// <c>PGOAUTH_POSTGRES</c>. Every start gets a database of its own there.
/// </summary>
internal sealed class EnvironmentSource(Func<string, string?> readVariable) : IPostgresSource
{
    private const string Variable = "PGOAUTH_POSTGRES";

    public string Name => "environment";

    public async ValueTask<SourceAttempt> TryStartAsync(EmbeddedPostgresOptions options, CancellationToken cancellationToken)
    {
        var specific = options.MajorVersion is { } wanted ? string.Create(CultureInfo.InvariantCulture, $"{Variable}_{wanted}") : null;
        var name = specific is not null && !string.IsNullOrWhiteSpace(readVariable(specific)) ? specific : Variable;
        var connectionString = readVariable(name);
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            return SourceAttempt.Failed(specific is null ? $"{Variable} is not set" : $"neither {specific} nor {Variable} is set");
        }

        if (options.NeedsServerFiles)
        {
            return SourceAttempt.Failed($"{name} is set, but what is wanted needs a server whose files we write");
        }

        options.Progress?.Invoke($"using the PostgreSQL that {name} names");
        try
        {
            var server = await ExternalServer.OpenAsync(connectionString, name, cancellationToken).ConfigureAwait(false);
            if (options.Accepts(server.MajorVersion))
            {
                return SourceAttempt.Started(server);
            }

            await server.DisposeAsync().ConfigureAwait(false);
            return SourceAttempt.Failed($"{name} names a PostgreSQL {server.MajorVersion}");
        }
        catch (Exception exception) when (exception is NpgsqlException or ArgumentException)
        {
            // Somebody asked for exactly this server: going on with another one would hide the mistake.
            // The cause is named by type only, as the text of a malformed connection string may hold its password.
            var why = exception is NpgsqlException ? exception.Message : "it is not a connection string of Npgsql";
            throw new EmbeddedPostgresException($"{name} is set, but its server cannot be used: {why}");
        }
    }
}
