using System.Text;
using Npgsql;

namespace PgOAuth.Samples.Terminal.Tour;

/// <summary>Npgsql, the .NET driver, for machines without psql.</summary>
internal sealed class NpgsqlClient : ISqlClient
{
    public string Description => $"Npgsql {typeof(NpgsqlConnection).Assembly.GetName().Version?.ToString(3)}";

    public async Task<SqlAnswer> RunAsync(SqlLogin login, string sql, Task? running, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString(login));
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand(sql, connection);
            var cancel = running is null ? Task.CompletedTask : CancelAsync(command, running, cancellationToken);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new StringBuilder();
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.AppendJoin('|', Enumerable.Range(0, reader.FieldCount).Select(reader.GetValue)).Append('\n');
            }

            await cancel;
            return new SqlAnswer(true, rows.ToString().Trim());
        }
        catch (PostgresException refused)
        {
            var hint = refused.Hint is null ? "" : $"\nHINT: {refused.Hint}";
            return new SqlAnswer(false, $"{refused.Severity}: {refused.MessageText}{hint}");
        }
        catch (OperationCanceledException cancelled) when (cancelled.InnerException is PostgresException said)
        {
            return new SqlAnswer(false, $"{said.Severity}: {said.MessageText}");
        }
        catch (NpgsqlException failed)
        {
            return new SqlAnswer(false, failed.Message);
        }
    }

    private static string ConnectionString(SqlLogin login)
    {
        return new NpgsqlConnectionStringBuilder
        {
            Host = login.Proxy.Address.ToString(),
            Port = login.Proxy.Port,
            Database = login.Database,
            Username = login.User,
            Password = login.Token,
            SslMode = login.AuthorityPath is null ? SslMode.Disable : SslMode.VerifyFull,
            RootCertificate = login.AuthorityPath,
            Pooling = false,
        }.ConnectionString;
    }

    private static async Task CancelAsync(NpgsqlCommand command, Task running, CancellationToken cancellationToken)
    {
        await running.WaitAsync(cancellationToken);
        command.Cancel();
    }
}
