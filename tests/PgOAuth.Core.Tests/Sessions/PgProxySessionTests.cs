using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using PgOAuth.Auditing;
using PgOAuth.Authentication;
using PgOAuth.Authorization;
using PgOAuth.Diagnostics;
using PgOAuth.Enforcement.Catalog;
using PgOAuth.Enforcement.Policy;
using PgOAuth.Listening;
using PgOAuth.Operations;
using PgOAuth.Options;
using PgOAuth.Pooling;
using PgOAuth.Startup;
using PgOAuth.Testing;
using PgOAuth.Testing.Upstream;
using PgOAuth.Upstream;
using Xunit;

namespace PgOAuth.Sessions;

public sealed class PgProxySessionTests : IAsyncLifetime
{
    private readonly LogRecorder _log = new();
    private readonly PgOAuthMetrics _metrics = new(null, "");
    private readonly AuditRecorder _audits = new();
    private readonly SessionRegistry _sessions = new();
    private ScriptedServer _server = null!;
    private AuditQueue _audit = null!;
    private CancelRequestRouter _cancels = null!;
    private PoolDirectory _pools = null!;
    private ConnectionGate _gate = null!;
    private CatalogCache _catalogs = null!;
    private ProxyCompilation _compiled = null!;

    public ValueTask InitializeAsync()
    {
        _server = new ScriptedServer(ServeAsync);
        var options = new PgOAuthProxyOptions();
        options.Listen("127.0.0.1", 0, endpoint => endpoint.DangerousAllowTokensWithoutTls = true);
        options.Upstream.Servers["main"] = new UpstreamServerOptions { Host = "127.0.0.1", Port = _server.Port, Username = "service" };
        var components = new PgOAuthProxyComponents { LoggerFactory = _log };
        components.TokenValidators.Add(new AcceptingValidator());
        components.RoleMappers.Add(new AnalystMapper());
        _compiled = ProxyCompilation.Compile(options, components, "", TestTransport.Shared, NullLogger.Instance);
        _audit = new AuditQueue(options.Auditing, [_audits], _metrics, NullLogger.Instance);
        _pools = new PoolDirectory(options.Pool, TestTransport.Shared, new PauseGate(), _metrics, TimeProvider.System, NullLogger.Instance);
        _cancels = new CancelRequestRouter(options.Limits, TimeProvider.System, NullLogger.Instance);
        _gate = new ConnectionGate(options.Limits);
        _catalogs = new CatalogCache(
            new CatalogReader(new CatalogConnector(() => options.Upstream, _compiled.Snapshot.Upstream.FindServer, _compiled.Snapshot.Upstream.ConnectAsync), new CatalogLimits(), TimeProvider.System),
            new CatalogLimits(),
            TimeProvider.System,
            static (_, _) => { });
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _audit.DisposeAsync();
        await _server.DisposeAsync();
        await _pools.DisposeAsync();
        _cancels.Dispose();
        _catalogs.Dispose();
        _metrics.Dispose();
        _compiled.Validator.Dispose();
    }

    [Fact]
    public async Task Run_GoodClient_LogsInAndIsAuditedOnce()
    {
        var client = await RunAsync(int.MaxValue, static () => new IOException("never"));

        var output = Encoding.Latin1.GetString(client.Output.ToArray());
        Assert.Contains("server_version\0", output, StringComparison.Ordinal);
        Assert.Contains("Z\0\0\0\u0005I", output, StringComparison.Ordinal);
        await _audit.DisposeAsync();
        var record = Assert.Single(_audits.Records);
        Assert.Equal((AuditVerdict.Allowed, "allowed", "alice", "analyst", "main"), (record.Verdict, record.Reason, record.Subject, record.Role, record.Server));
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Run_CancelKeyOfTheClient_IsNeverTheServers()
    {
        var client = await RunAsync(int.MaxValue, static () => new IOException("never"));

        var output = client.Output.ToArray();
        var key = output.AsSpan().IndexOf("K\0\0\0\u000c"u8);
        Assert.True(key > 0);
        Assert.NotEqual(4711, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(output.AsSpan(key + 5)));
    }

    public static TheoryData<string> Faults => ["io", "socket", "disposed", "cancelled", "defect"];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task E18_FaultAtEveryReadAndWrite_EndsThatSessionOnly(string kind)
    {
        Func<Exception> fault = kind switch
        {
            "io" => static () => new IOException("broken pipe"),
            "socket" => static () => new SocketException((int)SocketError.ConnectionReset),
            "disposed" => static () => new ObjectDisposedException("stream"),
            "cancelled" => static () => new OperationCanceledException(),
            _ => static () => new InvalidOperationException("a defect"),
        };
        var operations = (await RunAsync(int.MaxValue, fault)).Operations;
        for (var failAt = 1; failAt <= operations + 1; failAt++)
        {
            Assert.Equal(0, (await RunAsync(failAt, fault)).WritesBehindAFailedOne);
            AssertNothingIsLeft();
        }

        // After all of that the next client is served as if nothing had happened.
        var output = Encoding.Latin1.GetString((await RunAsync(int.MaxValue, fault)).Output.ToArray());
        Assert.Contains("Z\0\0\0\u0005I", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task E26_CountersAreBackAtZero_WhateverBecameOfTheSession()
    {
        byte[][] conversations =
        [
            [], [0], FrontendMessages.Startup(("user", "analyst")), [.. FrontendMessages.Startup(("user", "analyst")), .. FrontendMessages.Password("wrong token!")],
            FrontendMessages.Startup(("user", "analyst"), ("user", "postgres")), "GET / HTTP/1.1\r\n\r\n"u8.ToArray(),
            [.. FrontendMessages.Startup(("user", "nobody")), .. FrontendMessages.Password("good")],
            [.. FrontendMessages.Startup(("user", "analyst")), .. FrontendMessages.Password("good"), (byte)'!', 0, 0, 0, 4],
        ];
        foreach (var conversation in conversations)
        {
            await RunAsync(int.MaxValue, static () => new IOException("never"), conversation);
            AssertNothingIsLeft();
        }
    }

    private async Task<FaultyClientStream> RunAsync(int failAt, Func<Exception> fault, byte[]? conversation = null)
    {
        var client = new FaultyClientStream(
            conversation ?? [.. FrontendMessages.Startup(("user", "analyst"), ("database", "shop")), .. FrontendMessages.Password("good"), .. FrontendMessages.Terminate],
            failAt,
            fault);
        var control = new ProxyControl(new SessionEngine(_sessions), _log.CreateLogger("session"))
        {
            Door = static () => null,
            Options = static () => new PgOAuthProxyOptions(),
            Reload = static _ => Task.FromResult(ReloadOutcome.Refused([])),
            Shutdown = static (_, _) => Task.CompletedTask,
        };
        var services = new ProxyServices("", _sessions, _cancels, _pools, _audit, _metrics, TimeProvider.System, _log.CreateLogger("session"), control, new LoopCounters(control.Statistics, TestTransport.Shared.Loops.Count), new PolicyHolder(_compiled.Policy), _catalogs);
        var context = new SessionContext(_sessions.NextId(), "", "127.0.0.1:0", null, DateTimeOffset.UnixEpoch);
        var lease = _gate.Enter(null, out var refused);
        await using var session = new PgProxySession(services, _compiled.Snapshot, _compiled.Endpoints[0].Endpoint, context, client, lease, refused);
        await TestTransport.Shared.Loops[0];
        await session.RunAsync().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        return client;
    }

    /// <summary>An honest server that trusts everybody; it is asked about a role once and not again.</summary>
    private static async Task ServeAsync(ScriptedBackend backend)
    {
        await backend.ReadUntypedAsync();
        await backend.SendAsync(BackendMessages.AuthenticationOk);
        await backend.SendAsync(UpstreamTestBed.Settled);
        while (await backend.ReadAsync() is { Type: 'Q' })
        {
            await backend.SendAsync(
                BackendMessages.RowDescription("current_user", "session_user", "c", "s"),
                BackendMessages.DataRow("analyst", "service", "f", "f"),
                BackendMessages.CommandComplete("SELECT 1"),
                BackendMessages.ReadyForQuery());
        }
    }

    private void AssertNothingIsLeft() =>
        Assert.Equal((0, 0, 0, 0, 0), (_gate.Total, _gate.Unauthenticated, _gate.Addresses, _sessions.Count, _cancels.Count));

    private sealed class AcceptingValidator : ITokenValidator
    {
        public ValueTask<TokenValidationResult> ValidateAsync(TokenValidationContext context, CancellationToken cancellationToken)
        {
            using var json = JsonDocument.Parse("{}");
            return new(TokenValidationResult.Valid(new TokenClaims("https://issuer.example", "alice", DateTimeOffset.MaxValue, [], json.RootElement)));
        }
    }

    private sealed class AnalystMapper : IRoleMapper
    {
        public ValueTask<RoleMapping> MapAsync(RoleMappingContext context, CancellationToken cancellationToken) => new(RoleMapping.To("analyst"));
    }
}
