using BenchmarkDotNet.Attributes;
using PgOAuth.Testing.Relay;

namespace PgOAuth.Benchmarks.Relay;

/// <summary>Both directions with the guard, client to server and back, without sockets: what the proxy's own code costs per round trip.</summary>
[MemoryDiagnoser]
public class SessionRelayBenchmarks
{
    private readonly RelayRig _simple = new(RelayConversation.Simple);
    private readonly RelayRig _extended = new(RelayConversation.Extended);
    private readonly RelayRig _prepared = new(RelayConversation.Prepared);
    private readonly RelayRig _rows = new(RelayConversation.Rows);
    private readonly RelayRig _copyIn = new(RelayConversation.CopyIn);

    [GlobalSetup]
    public void Setup()
    {
        Expect.That(Simple() == RelayConversation.Simple.Reply.Length, "the simple reply arrives");
        Expect.That(Extended() == RelayConversation.Extended.Reply.Length, "the extended reply arrives");
        Expect.That(Prepared() == RelayConversation.Prepared.Reply.Length, "the prepared reply arrives");
        Expect.That(Rows32KB() == RelayConversation.Rows.Reply.Length, "the rows arrive");
        Expect.That(CopyIn32KB() == RelayConversation.CopyIn.Reply.Length, "the copy's reply arrives");
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _simple.Dispose();
        _extended.Dispose();
        _prepared.Dispose();
        _rows.Dispose();
        _copyIn.Dispose();
    }

    [Benchmark]
    public int Simple() => _simple.RoundTrip();

    [Benchmark]
    public int Extended() => _extended.RoundTrip();

    [Benchmark]
    public int Prepared() => _prepared.RoundTrip();

    [Benchmark]
    public int Rows32KB() => _rows.RoundTrip();

    [Benchmark]
    public int CopyIn32KB() => _copyIn.RoundTrip();
}
