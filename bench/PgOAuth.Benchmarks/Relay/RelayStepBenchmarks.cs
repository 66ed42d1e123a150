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
        Expect.That(CopyData() == Length(RelayConversation.CopyIn), "the copied data passes");
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _client.Dispose();
        _server.Dispose();
        _metrics.Dispose();
    }

    [Benchmark]
    public int Simple() => Run(RelayConversation.Simple);

    [Benchmark]
    public int Extended() => Run(RelayConversation.Extended);

    [Benchmark]
    public int Prepared() => Run(RelayConversation.Prepared);

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
        return action.End == SessionEndReason.None && action.Skip == 0 ? action.Forward : -1;
    }

    private static int Length(RelayConversation conversation) => conversation.Request.Length + conversation.Reply.Length;
}
