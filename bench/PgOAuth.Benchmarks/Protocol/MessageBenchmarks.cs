using BenchmarkDotNet.Attributes;
using PgOAuth.Protocol;
using PgOAuth.Protocol.Backend;
using PgOAuth.Protocol.Frontend;
using PgOAuth.Testing;
using PgOAuth.Testing.Upstream;

namespace PgOAuth.Benchmarks.Protocol;

/// <summary>The messages that are looked at: their bodies as views. Headers are part of the relay's step.</summary>
[MemoryDiagnoser]
public class MessageBenchmarks
{
    private readonly byte[] _query = FrontendMessages.Query("SELECT abalance FROM pgbench_accounts WHERE aid = 4711;");
    private readonly byte[] _parse = FrontendMessages.Parse("SELECT abalance FROM pgbench_accounts WHERE aid = $1;", "P_0", 23);
    private readonly byte[] _error = BackendMessages.Error("42P01", "relation \"orders\" does not exist", "ERROR");
    private readonly byte[] _status = BackendMessages.ParameterStatus("TimeZone", "Europe/Berlin");
    private readonly byte[] _startup = FrontendMessages.Startup(("user", "analyst"), ("database", "shop"), ("application_name", "psql"), ("client_encoding", "UTF8"));

    [GlobalSetup]
    public void Setup()
    {
        Expect.That(Query() == 55, "the text's length");
        Expect.That(Parse() == 53, "the text's length");
        Expect.That(ErrorResponse() == 32, "the message's length");
        Expect.That(ParameterStatus() == 13, "the value's length");
        Expect.That(StartupMessage() == 4, "four parameters");
    }

    [Benchmark]
    public int Query() => PgOAuth.Protocol.Frontend.Query.TryParse(Frame(_query), out var query) ? query.Sql.Length : -1;

    [Benchmark]
    public int Parse() => PgOAuth.Protocol.Frontend.Parse.TryParse(Frame(_parse), out var parse) ? parse.Sql.Length : -1;

    [Benchmark]
    public int ErrorResponse() => PgOAuth.Protocol.Backend.ErrorResponse.TryParse(Frame(_error), out var error) ? error.Message.Length : -1;

    [Benchmark]
    public int ParameterStatus() => PgOAuth.Protocol.Backend.ParameterStatus.TryParse(Frame(_status), out var status) ? status.Value.Length : -1;

    [Benchmark]
    public int StartupMessage() => PgOAuth.Protocol.Frontend.StartupMessage.TryParse(_startup.AsSpan(8), out var pairs) ? pairs.Count : -1;

    private static MessageFrame Frame(byte[] message) => new(message[0], message.AsSpan(ProtocolConstants.HeaderLength));
}
