using BenchmarkDotNet.Attributes;
using PgOAuth.Testing.EndToEnd;
using PgOAuth.Testing.Relay;

namespace PgOAuth.Benchmarks.EndToEnd;

/// <summary>One request and its reply through a logged-in session, over loopback sockets to a scripted server.</summary>
[MemoryDiagnoser]
public class RoundTripBenchmarks
{
    private readonly List<ScriptedDeployment> _deployments = [];
    private WireClient _plaintext = null!;
    private WireClient _tls = null!;
    private WireClient _bulk = null!;

    [GlobalSetup]
    public void Setup()
    {
        _plaintext = LogIn(RelayConversation.Simple, tls: false);
        _tls = LogIn(RelayConversation.Simple, tls: true);
        _bulk = LogIn(RelayConversation.Rows, tls: false);
        Expect.That(_plaintext.RoundTrip(RelayConversation.Simple.Request, RelayConversation.Simple.Reply.Length).SequenceEqual(RelayConversation.Simple.Reply), "the reply arrives as it was sent");
        Expect.That(_tls.RoundTrip(RelayConversation.Simple.Request, RelayConversation.Simple.Reply.Length).SequenceEqual(RelayConversation.Simple.Reply), "and under TLS");
        Expect.That(_bulk.RoundTrip(RelayConversation.Rows.Request, RelayConversation.Rows.Reply.Length).SequenceEqual(RelayConversation.Rows.Reply), "and when it is long");
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _plaintext.Dispose();
        _tls.Dispose();
        _bulk.Dispose();
        foreach (var deployment in _deployments)
        {
            deployment.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    [Benchmark]
    public int Plaintext() => _plaintext.RoundTrip(RelayConversation.Simple.Request, RelayConversation.Simple.Reply.Length).Length;

    [Benchmark]
    public int Tls() => _tls.RoundTrip(RelayConversation.Simple.Request, RelayConversation.Simple.Reply.Length).Length;

    [Benchmark]
    public int Rows32KB() => _bulk.RoundTrip(RelayConversation.Rows.Request, RelayConversation.Rows.Reply.Length).Length;

    private WireClient LogIn(RelayConversation conversation, bool tls)
    {
        var deployment = ScriptedDeployment.StartAsync(conversation, tls).GetAwaiter().GetResult();
        _deployments.Add(deployment);
        var (client, refused) = deployment.LogIn(deployment.Issuer.Token());
        Expect.That(refused is null, "a good token logs in");
        return client;
    }
}
