using BenchmarkDotNet.Attributes;
using PgOAuth.Diagnostics;
using PgOAuth.Enforcement;
using PgOAuth.Relay;
using PgOAuth.Sessions;
using PgOAuth.Testing.Relay;

namespace PgOAuth.Benchmarks.Relay;

/// <summary>The relay's decisions without its input and output: one round trip of each kind, and what one bulk message costs.</summary>
[MemoryDiagnoser]
public class RelayStepBenchmarks
{
    private readonly PgOAuthMetrics _metrics = new(null, "");
    private readonly ClientStep _client;
    private readonly ServerStep _server;

    public RelayStepBenchmarks()
    {
        var state = new RelayState();
        var marker = new DenialMarker();
        _client = new ClientStep(state, marker, new SessionStateGuard(), 16 << 20, _metrics);
        _server = new ServerStep(state, marker, "service", allowSuperuser: false);
    }

    [GlobalSetup]
    public void Setup()
    {
        Expect.That(ClientSimple() == RelayConversation.Simple.Request.Length, "the simple query passes");
        Expect.That(ClientExtended() == RelayConversation.Extended.Request.Length, "the extended query passes");
        Expect.That(ClientPrepared() == RelayConversation.Prepared.Request.Length, "the prepared query passes");
        Expect.That(ServerSimple() == RelayConversation.Simple.Reply.Length, "the simple reply passes");
        Expect.That(ServerExtended() == RelayConversation.Extended.Reply.Length, "the extended reply passes");
        Expect.That(ServerDataRow() == RelayConversation.Rows.Reply.Length, "the rows pass");
        Expect.That(ClientCopyData() == RelayConversation.CopyIn.Request.Length, "the copied data passes");
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _client.Dispose();
        _server.Dispose();
        _metrics.Dispose();
    }

    [Benchmark]
    public int ClientSimple() => Run(_client, RelayConversation.Simple.Request);

    [Benchmark]
    public int ClientExtended() => Run(_client, RelayConversation.Extended.Request);

    [Benchmark]
    public int ClientPrepared() => Run(_client, RelayConversation.Prepared.Request);

    [Benchmark]
    public int ServerSimple() => Run(_server, RelayConversation.Simple.Reply);

    [Benchmark]
    public int ServerExtended() => Run(_server, RelayConversation.Extended.Reply);

    /// <summary>Per message: one reply has this many.</summary>
    [Benchmark(OperationsPerInvoke = RelayConversation.BulkMessages)]
    public int ServerDataRow() => Run(_server, RelayConversation.Rows.Reply);

    /// <summary>Per message: one request has this many.</summary>
    [Benchmark(OperationsPerInvoke = RelayConversation.BulkMessages)]
    public int ClientCopyData() => Run(_client, RelayConversation.CopyIn.Request);

    private static int Run(RelayStep step, byte[] input)
    {
        var action = step.Step(input);
        return action.End == SessionEndReason.None && action.Skip == 0 ? action.Forward : -1;
    }
}
