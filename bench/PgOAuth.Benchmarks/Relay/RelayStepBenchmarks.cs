using BenchmarkDotNet.Attributes;
using PgOAuth.Diagnostics;
using PgOAuth.Enforcement;
using PgOAuth.Relay;
using PgOAuth.Sessions;
using PgOAuth.Testing.Relay;

namespace PgOAuth.Benchmarks.Relay;

/// <summary>The relay's decisions without its input and output: both directions of one round trip of each kind, and what one bulk message costs.</summary>
[MemoryDiagnoser]
public class RelayStepBenchmarks
{
    private readonly PgOAuthMetrics _metrics = new(null, "");
    private readonly ClientStep _client;
    private readonly ServerStep _server;
    private readonly SharedRig _shared = new();

    public RelayStepBenchmarks()
    {
        var server = new ServerConversation();
        var client = new ClientConversation();
        _client = new ClientStep(client, new StatementCache(new SessionStateGuard()), isGuarded: true, isMultiplexed: false, 16 << 20, _metrics);
        _client.Attach(server);
        _server = new ServerStep(server, "service", allowSuperuser: false) { Client = client };
    }

    [GlobalSetup]
    public void Setup()
    {
        Expect.That(Simple() == Length(RelayConversation.Simple), "the simple query and its reply pass");
        Expect.That(Extended() == Length(RelayConversation.Extended), "the extended query and its reply pass");
        Expect.That(Prepared() == Length(RelayConversation.Prepared), "the prepared query and its reply pass");
        Expect.That(DataRow() == Length(RelayConversation.Rows), "the rows pass");
        Expect.That(SharedSimple() == RelayConversation.Simple.Reply.Length, "the simple reply passes in transaction mode");
        Expect.That(SharedExtended() == RelayConversation.Extended.Reply.Length, "the extended reply passes in transaction mode");
        Expect.That(SharedPrepared() == RelayConversation.Prepared.Reply.Length, "the prepared reply passes in transaction mode");
        Expect.That(CopyData() == Length(RelayConversation.CopyIn), "the copied data passes");
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _client.Dispose();
        _server.Dispose();
        _shared.Dispose();
        _metrics.Dispose();
    }

    [Benchmark]
    public int Simple() => Run(RelayConversation.Simple);

    [Benchmark]
    public int Extended() => Run(RelayConversation.Extended);

    [Benchmark]
    public int Prepared() => Run(RelayConversation.Prepared);

    /// <summary>In transaction mode, taking and giving back the server connection included.</summary>
    [Benchmark]
    public int SharedSimple() => _shared.RoundTrip(RelayConversation.Simple);

    /// <summary>The same.</summary>
    [Benchmark]
    public int SharedExtended() => _shared.RoundTrip(RelayConversation.Extended);

    /// <summary>The same, with a statement under the server's name.</summary>
    [Benchmark]
    public int SharedPrepared() => _shared.RoundTrip(RelayConversation.Prepared);

    /// <summary>Per message: one reply has this many.</summary>
    [Benchmark(OperationsPerInvoke = RelayConversation.BulkMessages)]
    public int DataRow() => Run(RelayConversation.Rows);

    /// <summary>Per message: one request has this many.</summary>
    [Benchmark(OperationsPerInvoke = RelayConversation.BulkMessages)]
    public int CopyData() => Run(RelayConversation.CopyIn);

    private int Run(RelayConversation conversation) => Run(_client, conversation.Request) + Run(_server, conversation.Reply);

    private static int Run(RelayStep step, byte[] input)
    {
        var action = step.Step(input);
        return action.End is null && action.Skip == 0 ? action.Forward : -1;
    }

    private static int Length(RelayConversation conversation) => conversation.Request.Length + conversation.Reply.Length;
}
