using BenchmarkDotNet.Attributes;
using PgOAuth.Testing.Authentication;
using PgOAuth.Testing.EndToEnd;
using PgOAuth.Testing.Relay;

namespace PgOAuth.Benchmarks.EndToEnd;

/// <summary>
/// Connect, startup, a token by password that was seen before, upstream login to a scripted server, ready, goodbye: over
/// loopback sockets. Client and server are part of the time and of the bytes.
/// </summary>
[MemoryDiagnoser]
public class LoginBenchmarks
{
    private ScriptedDeployment _plaintext = null!;
    private ScriptedDeployment _tls = null!;
    private string _plaintextToken = "";
    private string _tlsToken = "";

    [GlobalSetup]
    public void Setup()
    {
        _plaintext = Start(tls: false);
        _tls = Start(tls: true);
        _plaintextToken = _plaintext.Issuer.Token();
        _tlsToken = _tls.Issuer.Token();
        Expect.That(Plaintext() == 1 && Tls() == 1, "a good token logs in");
        Expect.That(LogIn(_plaintext, _plaintext.Issuer.Token(TestKey.Rsa2)) == 0, "a forged one does not");
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _plaintext.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _tls.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    [Benchmark]
    public int Plaintext() => LogIn(_plaintext, _plaintextToken);

    [Benchmark]
    public int Tls() => LogIn(_tls, _tlsToken);

    private static ScriptedDeployment Start(bool tls) => ScriptedDeployment.StartAsync(RelayConversation.Simple, tls).GetAwaiter().GetResult();

    private static int LogIn(ScriptedDeployment deployment, string token)
    {
        var (client, refused) = deployment.LogIn(token);
        using (client)
        {
            if (refused is null)
            {
                client.LogOut();
            }

            return refused is null ? 1 : 0;
        }
    }
}
