using System.Text;
using PgOAuth.Samples.Development.Files;

namespace PgOAuth.Samples.Development.Postgres.Servers;

/// <summary>Writes the settings of a throwaway server over what initdb made.</summary>
internal static class ServerConfiguration
{
    // Nobody but this machine's users can reach it, and nothing in it is worth a password.
    private const string TrustLocal =
        """
        local all         all              trust
        host  all         all 127.0.0.1/32 trust
        host  all         all ::1/128      trust
        local replication all              trust
        host  replication all 127.0.0.1/32 trust
        """;

    public static async Task WriteAsync(ServerDirectory directory, EmbeddedPostgresOptions options, CancellationToken cancellationToken)
    {
        // A throwaway server need not survive the machine's crash. It must survive its own, so commits stay synchronous.
        var settings = new StringBuilder(
            $"""

             listen_addresses = '127.0.0.1'
             unix_socket_directories = '{(OperatingSystem.IsWindows() ? string.Empty : directory.Sockets)}'
             fsync = off
             full_page_writes = off
             max_connections = 300

             """);
        if (options.Tls is { } tls)
        {
            settings.Append("ssl = on\nssl_cert_file = 'server.crt'\nssl_key_file = 'server.key'\n");
            await WriteAsync(directory, "server.crt", tls.CertificatePem, cancellationToken).ConfigureAwait(false);
            PrivateFile.Write(Path.Combine(directory.Data, "server.key"), tls.KeyPem, overwrite: true);
            if (tls.ClientAuthorityPem is { } authority)
            {
                settings.Append("ssl_ca_file = 'root.crt'\n");
                await WriteAsync(directory, "root.crt", authority, cancellationToken).ConfigureAwait(false);
            }
        }

        settings.AppendJoin('\n', options.Settings).Append('\n');
        await File.AppendAllTextAsync(Path.Combine(directory.Data, "postgresql.conf"), settings.ToString(), cancellationToken).ConfigureAwait(false);
        var rules = string.Join('\n', [.. options.HostBasedAuthentication, TrustLocal]) + "\n";
        await WriteAsync(directory, "pg_hba.conf", rules, cancellationToken).ConfigureAwait(false);
    }

    private static Task WriteAsync(ServerDirectory directory, string name, string content, CancellationToken cancellationToken)
    {
        return File.WriteAllTextAsync(Path.Combine(directory.Data, name), content, cancellationToken);
    }
}
