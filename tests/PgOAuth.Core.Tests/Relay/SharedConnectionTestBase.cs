using Xunit;
using static PgOAuth.Testing.FrontendMessages;
using static PgOAuth.Testing.Upstream.BackendMessages;

namespace PgOAuth.Relay;

/// <summary>A client, a server connection and what they say in the tests of transaction mode.</summary>
public abstract class SharedConnectionTestBase : IDisposable
{
    protected const string One = "select 1";
    protected const string Two = "select 2";

    protected static readonly byte[] ParseDone = Message('1');
    protected static readonly byte[] BindDone = Message('2');
    protected static readonly byte[] CloseDone = Message('3');
    protected static readonly byte[] Ready = ReadyForQuery();
    protected static readonly byte[] Done = CommandComplete("SELECT 1");

    private protected SharedConnections Shared { get; } = new();

    public void Dispose()
    {
        Shared.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static byte[] CloseStatement(string name) => Message('C', [(byte)'S', .. CString(name)]);

    private protected static byte[] Failure(string state = "42601", string routine = "scanner_yyerror") =>
        Message('E', [(byte)'S', .. CString("ERROR"), (byte)'V', .. CString("ERROR"), (byte)'C', .. CString(state), (byte)'M', .. CString("no"), (byte)'R', .. CString(routine), 0]);

    private protected (SharedConnections.Client Client, SharedConnections.Server Server) Attached()
    {
        var server = Shared.NewServer();
        return (Shared.NewClient().Use(server), server);
    }

    private protected (SharedConnections.Client Client, SharedConnections.Server Server) Prepared(string name, string sql)
    {
        var (client, server) = Attached();
        client.Send([.. Parse(sql, name), .. Sync]);
        Assert.Equal("1 Z(I)", server.Say([.. ParseDone, .. Ready]));
        return (client, server);
    }
}
