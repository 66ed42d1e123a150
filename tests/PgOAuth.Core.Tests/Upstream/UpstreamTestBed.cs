using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using PgOAuth.Options;
using PgOAuth.Sessions;
using PgOAuth.Testing;
using PgOAuth.Testing.Upstream;
using PgOAuth.Transport;
using Xunit;

namespace PgOAuth.Upstream;

/// <summary>What the upstream tests share: a server, a request for it, and honest scripts to bend.</summary>
internal static class UpstreamTestBed
{
    internal const string Password = "correct horse";

    internal static byte[] SecretKey => [1, 2, 3, 4];

    internal static UpstreamServer Server(int port, Action<UpstreamServerOptions>? configure = null)
    {
        var options = new UpstreamServerOptions { Host = "127.0.0.1", Port = port, ConnectTimeout = TimeSpan.FromSeconds(20) };
        configure?.Invoke(options);
        var errors = new List<string>();
        var server = UpstreamServer.Compile("main", options, errors);
        Assert.Empty(errors);
        return server!;
    }

    internal static UpstreamConnectRequest Request(UpstreamServer server, string? password = Password, UpstreamMode mode = UpstreamMode.AssumeRole, params KeyValuePair<string, string>[] parameters) => new()
    {
        Server = server,
        Database = "shop",
        Role = "analyst",
        Mode = mode,
        Credential = new UpstreamCredential(mode == UpstreamMode.Login ? "analyst" : "service", password),
        Parameters = parameters,
    };

    internal static UpstreamConnector Connector(IUpstreamDialer? dialer = null) => new(TimeProvider.System, NullLogger.Instance, dialer ?? TestTransport.Dialer);

    /// <summary>Connects to a scripted server and gives the failure; a connection fails the test.</summary>
    internal static async Task<SessionFailure> RefusedAsync(Func<ScriptedBackend, Task> script, Action<UpstreamServerOptions>? configure = null, Func<UpstreamConnectRequest, UpstreamConnectRequest>? change = null, IUpstreamDialer? dialer = null)
    {
        await using var scripted = new ScriptedServer(script);
        var request = Request(Server(scripted.Port, configure));
        var result = await Connector(dialer).ConnectAsync(change is null ? request : change(request), TestContext.Current.CancellationToken);
        if (result.Connection is { } connection)
        {
            await connection.DisposeAsync();
        }

        Assert.False(result.IsConnected);
        return result.Failure;
    }

    /// <summary>Trust, and the whole rest of an honest login.</summary>
    internal static async Task LogInAsync(ScriptedBackend backend)
    {
        await backend.ReadUntypedAsync();
        await backend.SendAsync(BackendMessages.AuthenticationOk);
        await FinishLoginAsync(backend);
    }

    /// <summary>What follows AuthenticationOk.</summary>
    internal static async Task FinishLoginAsync(ScriptedBackend backend)
    {
        await backend.SendAsync(Settled);
        await AnswerInspectionAsync(backend);
        await backend.WaitForCloseAsync();
    }

    internal static byte[][] Settled =>
    [
        BackendMessages.ParameterStatus("server_version", "18.1 (Debian 18.1-1)"),
        BackendMessages.ParameterStatus("TimeZone", "UTC"),
        BackendMessages.BackendKeyData(4711, SecretKey),
        BackendMessages.ReadyForQuery(),
    ];

    internal static async Task AnswerInspectionAsync(ScriptedBackend backend, string current = "analyst", string session = "service", string isCurrentPrivileged = "f", string isSessionPrivileged = "f", Action? asked = null)
    {
        await backend.ExpectAsync('Q');
        asked?.Invoke();
        await backend.SendAsync(
            BackendMessages.RowDescription("current_user", "session_user", "c", "s"),
            BackendMessages.DataRow(current, session, isCurrentPrivileged, isSessionPrivileged),
            BackendMessages.CommandComplete("SELECT 1"),
            BackendMessages.ReadyForQuery());
    }

    /// <summary>Leads a server that is remote by its name to the loopback address, so that the rules for remote ones apply.</summary>
    internal sealed class LoopbackDialer(int port) : IUpstreamDialer
    {
        private readonly TransportDialer _inner = TestTransport.Dialer;

        public ValueTask<UpstreamLink> DialAsync(UpstreamServer server, EventLoop? loop, CancellationToken cancellationToken) =>
            _inner.DialAsync(new IPEndPoint(IPAddress.Loopback, port), loop, cancellationToken);

        public ValueTask<UpstreamLink> DialAsync(EndPoint address, EventLoop? loop, CancellationToken cancellationToken) => _inner.DialAsync(address, loop, cancellationToken);
    }
}
