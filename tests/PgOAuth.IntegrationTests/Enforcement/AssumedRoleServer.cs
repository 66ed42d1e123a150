using PgOAuth.Samples.Development.Postgres;

namespace PgOAuth.IntegrationTests.Enforcement;

/// <summary>A server with the roles of AssumeRole: a login without rights of its own that is a member of two mapped roles.</summary>
internal sealed class AssumedRoleServer : IAsyncDisposable
{
    private const string StateQuery =
        """
        SELECT current_user, session_user, pg_catalog.current_setting('role'), pg_catalog.current_setting('session_authorization'),
            pg_catalog.current_setting('standard_conforming_strings'), pg_catalog.current_setting('backslash_quote'),
            pg_catalog.current_setting('pgoauth.sub'), pg_catalog.current_setting('pgoauth.claims'), pg_catalog.current_setting('client_encoding')
        """;

    private readonly EmbeddedPostgresServer _server;

    private AssumedRoleServer(EmbeddedPostgresServer server) => _server = server;

    internal static async Task<AssumedRoleServer> StartAsync(int majorVersion, CancellationToken cancellationToken) =>
        new(await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions
            {
                MajorVersion = majorVersion,
                RequireOwnServer = true,
                InitialSql =
                [
                    "CREATE ROLE pgoauth_service LOGIN NOINHERIT",
                    "CREATE ROLE app",
                    "CREATE ROLE other",
                    "GRANT app, other TO pgoauth_service",
                    "CREATE DATABASE guarded OWNER app",
                ],
            },
            cancellationToken));

    /// <summary>A session as the proxy opens it: the role and the claims are in the startup message.</summary>
    internal async Task<SimpleQuerySession> OpenAsync(CancellationToken cancellationToken)
    {
        var session = await SimpleQuerySession.OpenAsync(
            _server.Host, _server.Port, cancellationToken,
            "user", "pgoauth_service", "database", "guarded", "client_encoding", "UTF8", "options", "-c statement_timeout=5s -c standard_conforming_strings=on",
            "role", "app", "pgoauth.sub", "alice", "pgoauth.claims", "{}");
        await session.RunAsync(
            "CREATE TABLE IF NOT EXISTS t (a text, id int); CREATE TABLE IF NOT EXISTS users (id int PRIMARY KEY, role text)", cancellationToken);
        return session;
    }

    /// <summary>Who the session is, how it reads SQL and what it claims; the last value is the client encoding.</summary>
    internal static async Task<string[]> StateAsync(SimpleQuerySession session, CancellationToken cancellationToken)
    {
        if (session.Status == 'E')
        {
            await session.RunAsync("ROLLBACK", cancellationToken);
        }

        var (row, error) = await session.RunAsync(StateQuery, cancellationToken);
        return error is null ? [.. row.Select(static value => value ?? "")] : throw new InvalidOperationException("The state cannot be read: " + error);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
