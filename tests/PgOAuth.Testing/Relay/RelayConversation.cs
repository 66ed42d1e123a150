using System.Text;
using static PgOAuth.Testing.FrontendMessages;
using static PgOAuth.Testing.Upstream.BackendMessages;

namespace PgOAuth.Testing.Relay;

/// <summary>What a client and a server say in one round trip, as pgbench's select-only script makes them.</summary>
public sealed record RelayConversation(byte[] Request, byte[] Reply)
{
    private const string Select = "SELECT abalance FROM pgbench_accounts WHERE aid = ";

    /// <summary>Rows in <see cref="Rows"/> and pieces in <see cref="CopyIn"/>.</summary>
    public const int BulkMessages = 400;

    /// <summary>The simple protocol.</summary>
    public static RelayConversation Simple { get; } = new(
        Query(Select + "4711;"),
        [.. Description, .. DataRow("-2048"), .. CommandComplete("SELECT 1"), .. ReadyForQuery()]);

    /// <summary>The extended protocol with an unnamed statement, parsed each time.</summary>
    public static RelayConversation Extended { get; } = new(
        [.. Parse(Select + "$1;"), .. BindText("", "4711"), .. DescribePortal, .. Execute(), .. Sync],
        [.. Message('1'), .. Message('2'), .. Description, .. DataRow("-2048"), .. CommandComplete("SELECT 1"), .. ReadyForQuery()]);

    /// <summary>The extended protocol with a statement that was prepared before.</summary>
    public static RelayConversation Prepared { get; } = new(
        [.. BindText("P_0", "4711"), .. DescribePortal, .. Execute(), .. Sync],
        [.. Message('2'), .. Description, .. DataRow("-2048"), .. CommandComplete("SELECT 1"), .. ReadyForQuery()]);

    /// <summary>A query with 400 rows of 82 bytes: 32 kB.</summary>
    public static RelayConversation Rows { get; } = new(
        Query("SELECT * FROM pgbench_accounts LIMIT 400"),
        [.. Description, .. Repeated(DataRow(new string('x', 71))), .. CommandComplete("SELECT 400"), .. ReadyForQuery()]);

    /// <summary>COPY FROM STDIN with 400 pieces of 82 bytes: 32 kB.</summary>
    public static RelayConversation CopyIn { get; } = new(
        [.. Query("COPY pgbench_history FROM STDIN"), .. Repeated(CopyData(Encoding.ASCII.GetBytes(new string('x', 77)))), .. Message('c')],
        [.. Message('G', 0, 0, 0), .. CommandComplete("COPY 400"), .. ReadyForQuery()]);

    private static byte[] Description => RowDescription("abalance");

    private static byte[] DescribePortal => Message('D', [(byte)'P', 0]);

    private static byte[] BindText(string statement, string parameter) => Message(
        'B',
        [0, .. CString(statement), .. Int16(0), .. Int16(1), .. Int32(parameter.Length), .. Encoding.ASCII.GetBytes(parameter), .. Int16(0)]);

    private static byte[] Repeated(byte[] message) => [.. Enumerable.Repeat(message, BulkMessages).SelectMany(static m => m)];
}
