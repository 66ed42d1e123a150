using PgOAuth.Testing;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PgOAuth.IntegrationTests.Development;
using PgOAuth.Options;
using PgOAuth.Protocol;
using PgOAuth.Protocol.Backend;
using PgOAuth.Samples.Development.Postgres;
using PgOAuth.Sessions;
using PgOAuth.Upstream;
using Xunit;

namespace PgOAuth.IntegrationTests.Upstream;

/// <summary>Connects the proxy's stage 5 to a real server.</summary>
public abstract class UpstreamTestBase(UpstreamPostgres postgres) : IClassFixture<UpstreamPostgres>
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected UpstreamPostgres Postgres => postgres;

    protected Task<EmbeddedPostgresServer> ServerAsync(int major) => postgres.GetAsync(major);

    private protected void VerifyFull(UpstreamServerOptions options)
    {
        options.TlsMode = UpstreamTlsMode.VerifyFull;
        options.UseRootCertificates(postgres.Roots);
    }

    private protected async Task<UpstreamConnectResult> TryConnectAsync(
        int major,
        string user = "service",
        string? password = UpstreamPostgres.Password,
        string role = "analyst",
        Action<UpstreamServerOptions>? configure = null,
        Func<UpstreamConnectRequest, UpstreamConnectRequest>? change = null)
    {
        var postgresServer = await ServerAsync(major);
        var options = new UpstreamServerOptions { Host = "127.0.0.1", Port = postgresServer.Port };
        configure?.Invoke(options);
        var errors = new List<string>();
        var server = UpstreamServer.Compile("main", options, errors);
        Assert.Empty(errors);
        var request = new UpstreamConnectRequest
        {
            Server = server!,
            Database = "shop",
            Role = role,
            Mode = UpstreamMode.AssumeRole,
            Credential = new UpstreamCredential(user, password),
        };
        return await new UpstreamConnector(TimeProvider.System, NullLogger.Instance, TestTransport.Dialer).ConnectAsync(change?.Invoke(request) ?? request, Cancellation);
    }

    private protected async Task<UpstreamConnection> ConnectAsync(
        int major,
        string user = "service",
        string? password = UpstreamPostgres.Password,
        string role = "analyst",
        Action<UpstreamServerOptions>? configure = null,
        Func<UpstreamConnectRequest, UpstreamConnectRequest>? change = null)
    {
        var result = await TryConnectAsync(major, user, password, role, configure, change);
        Assert.True(result.IsConnected, result.Failure.LogDetail);
        return result.Connection;
    }

    private protected async Task<SessionFailure> RefusedAsync(
        int major,
        string user = "service",
        string? password = UpstreamPostgres.Password,
        string role = "analyst",
        Action<UpstreamServerOptions>? configure = null,
        Func<UpstreamConnectRequest, UpstreamConnectRequest>? change = null)
    {
        var result = await TryConnectAsync(major, user, password, role, configure, change);
        if (result.Connection is { } connection)
        {
            await connection.DisposeAsync();
        }

        Assert.False(result.IsConnected);
        return result.Failure;
    }

    /// <summary>What the server says of a connection's TLS; asked as the superuser, for the mapped role may not know.</summary>
    private protected async Task<string?> SslAsync(int major, UpstreamConnection connection, string column) => await EmbeddedPostgresTests.ScalarAsync(
        (await ServerAsync(major)).ConnectionString, $"select {column}::text from pg_stat_ssl where pid = {connection.ProcessId}");

    private protected static async Task SendQueryAsync(UpstreamConnection connection, string sql)
    {
        connection.Channel.Output.BeginMessage(MessageTypes.Frontend.Query);
        connection.Channel.Output.WriteCString(sql);
        connection.Channel.Output.EndMessage();
        await connection.Channel.FlushAsync(Cancellation);
    }

    /// <summary>The first column of the last row, or "ERROR" and the SQLSTATE.</summary>
    private protected static async Task<string> QueryAsync(UpstreamConnection connection, string sql)
    {
        await SendQueryAsync(connection, sql);
        return await ReadAnswerAsync(connection);
    }

    private protected static async Task<string> ReadAnswerAsync(UpstreamConnection connection)
    {
        var answer = "";
        while (await connection.Channel.ReadFrameAsync(1_000_000, Cancellation) == FrameReadStatus.Frame)
        {
            var frame = connection.Channel.Frame;
            switch (frame.Type)
            {
                case MessageTypes.Backend.DataRow:
                    var parser = new MessageParser(frame.Body);
                    parser.TryReadInt16(out _);
                    parser.TryReadInt32(out var length);
                    Assert.True(parser.TryReadBytes(length, out var column));
                    answer = Encoding.UTF8.GetString(column);
                    break;
                case MessageTypes.Backend.ErrorResponse:
                    Assert.True(ErrorResponse.TryParse(frame, out var error));
                    answer = "ERROR " + error.SqlStateText();
                    break;
                case MessageTypes.Backend.ReadyForQuery:
                    return answer;
                default:
                    break;
            }
        }

        return "closed";
    }
}
