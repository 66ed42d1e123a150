using PgOAuth.Options;
using PgOAuth.Sessions;
using PgOAuth.Upstream;

namespace PgOAuth.Enforcement.Catalog;

/// <summary>
/// Stage 7: logs in as the configured user of the server, in whatever mode sessions do: every role can read the catalogs that are
/// asked for, so this one needs no privilege. Under the same rules as a session: a superuser is refused unless allowed.
/// </summary>
/// <param name="options">The settings at the moment.</param>
/// <param name="servers">The servers of these settings, by name.</param>
/// <param name="connect">Opens connections.</param>
internal sealed class CatalogConnector(
    Func<UpstreamOptions> options,
    Func<string, UpstreamServer?> servers,
    Func<UpstreamConnectRequest, CancellationToken, ValueTask<UpstreamConnectResult>> connect) : ICatalogConnector
{
    /// <summary>Nothing that a role or a database has set for itself may change what is read, or let it hang.</summary>
    private static readonly KeyValuePair<string, string>[] Parameters =
    [
        new("application_name", "PgOAuth catalog"),
        new("client_encoding", "UTF8"),
        new("standard_conforming_strings", "on"),
        new("search_path", "pg_catalog"),
        new("default_transaction_read_only", "on"),
        new("statement_timeout", "30000"),
        new("lock_timeout", "10000"),
        new("idle_in_transaction_session_timeout", "60000"),
        new("row_security", "on"),
    ];

    private static readonly char[] LineEnds = ['\r', '\n'];

    public async ValueTask<UpstreamConnectResult> ConnectAsync(CatalogKey key, CancellationToken cancellationToken)
    {
        var known = options();
        if (servers(key.Server) is not { } server || !known.Servers.TryGetValue(key.Server, out var settings))
        {
            return UpstreamConnectResult.Failed(new SessionFailure(SessionEndReason.DatabaseNotRouted, $"no server {key.Server}"));
        }

        if (string.IsNullOrEmpty(settings.Username))
        {
            return UpstreamConnectResult.Failed(new SessionFailure(SessionEndReason.UpstreamLoginFailed, $"{server} has no Username to read the catalog with"));
        }

        string? password;
        try
        {
            password = settings.PasswordFile is null
                ? settings.Password
                : (await File.ReadAllTextAsync(settings.PasswordFile, cancellationToken).ConfigureAwait(false)).TrimEnd(LineEnds);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return UpstreamConnectResult.Failed(new SessionFailure(SessionEndReason.UpstreamLoginFailed, $"the password file of {server} cannot be read: {e.GetType().Name}"));
        }

        var request = new UpstreamConnectRequest
        {
            Server = server,
            Database = key.Database,
            Role = settings.Username,
            Mode = UpstreamMode.Login,
            Credential = new UpstreamCredential(settings.Username, password),
            Parameters = Parameters,
            AllowPrivilegedRoles = known.DangerousAllowPrivilegedRoles,
        };
        return await connect(request, cancellationToken).ConfigureAwait(false);
    }
}
