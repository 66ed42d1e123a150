using System.Net.Sockets;
using Npgsql;
using PgOAuth.Samples.Terminal.Commands;

namespace PgOAuth.Samples.Terminal.Serving;

/// <summary>Asks the server before the proxy starts, so that a mistake is one sentence now and not a refusal of every login later.</summary>
internal static class UpstreamCheck
{
    /// <exception cref="CommandException">The server cannot be reached, refuses the login, or lacks a role.</exception>
    public static async Task RunAsync(UpstreamAddress upstream, IEnumerable<string> roles, CancellationToken cancellationToken)
    {
        try
        {
            await using var source = NpgsqlDataSource.Create(upstream.ConnectionString);
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            foreach (var role in roles.Distinct())
            {
                await using var command = new NpgsqlCommand(
                    "select coalesce((select pg_has_role(current_user, oid, 'member') from pg_roles where rolname = $1), false)", connection);
                command.Parameters.AddWithValue(role);
                if (await command.ExecuteScalarAsync(cancellationToken) is not true)
                {
                    throw new CommandException(
                        $"On {upstream} the role \"{role}\" does not exist, or {upstream.User} is not a member of it: grant \"{role}\" to \"{upstream.User}\";");
                }
            }
        }
        catch (PostgresException refused)
        {
            throw new CommandException($"The PostgreSQL server {upstream} refuses the service login: {refused.MessageText}", refused);
        }
        catch (Exception failed) when (failed is NpgsqlException or SocketException or TimeoutException)
        {
            throw new CommandException($"The PostgreSQL server {upstream} cannot be reached: {(failed.InnerException ?? failed).Message}", failed);
        }
    }
}
