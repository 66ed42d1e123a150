using System.Text;
using PgOAuth.Testing;
using static PgOAuth.Testing.FrontendMessages;
using static PgOAuth.Testing.Upstream.BackendMessages;

namespace PgOAuth.IntegrationTests.Relay;

/// <summary>Random batches of frontend messages that PostgreSQL answers to the end.</summary>
internal sealed class OracleScript(Random random)
{
    private static readonly string[] Names = ["", "", "a", "b", "c", "d"];

    private static readonly string[] Prepared =
    [
        "select 1", "select 2", "select 3", "select 'x'", "select generate_series(1, 5)", "select 1/0", "select nonsense", "selec",
        "select current_setting('pgoauth.sub', true), current_setting('TimeZone'), current_setting('application_name')",
        "begin", "commit", "rollback", "select 4", "select 5", "select count(*) from pg_class",
        "deallocate a", "deallocate b", "select current_setting('transaction_isolation')",
    ];

    private static readonly string[] Queries =
    [
        .. Prepared, "begin isolation level serializable", "begin; select 1", "select 1; select 1/0; select 2", "commit; begin", "set timezone = 'Asia/Tokyo'", "set timezone = 'UTC'",
        "set application_name = 'x'", "set application_name = 'y'; select 1", "deallocate all", "discard all", "reset timezone", "commit and chain",
        "copy (select generate_series(1, 3)) to stdout", "set datestyle = 'German'", "set intervalstyle = 'iso_8601'", "listen x", "discard plans",
    ];

    /// <summary>Ends each batch: an empty statement with parameters is parsed and described in every state of a transaction.</summary>
    internal static byte[] End => [.. Message('C', [(byte)'S', .. CString("end")]), .. Parse("", "end", 23, 25, 23), .. Describe("end"), .. Sync];

    /// <param name="isFailed">Whether the transaction has failed. A statement that is not on the server in use can then not be parsed, and so not described; and the portal of a simple Query that failed is executed by PostgreSQL 18, which ends in its crash.</param>
    internal (byte[] Bytes, string Text) Next(bool isFailed)
    {
        var bytes = new List<byte>();
        var text = new StringBuilder();
        switch (random.Next(12))
        {
            case < 4:
                Add(Query, Queries[random.Next(Queries.Length)], 'Q');
                break;

            case 4:
                AddCopy();
                break;

            default:
                for (var i = random.Next(1, 9); i > 0; i--)
                {
                    AddExtended();
                }

                Append(Sync, "S ");
                break;
        }

        bytes.AddRange(End);
        return ([.. bytes], text.ToString());

        void Append(byte[] message, string what)
        {
            bytes.AddRange(message);
            text.Append(what);
        }

        void Add(Func<string, byte[]> message, string sql, char type) => Append(message(sql), $"{type}({sql}) ");

        void AddExtended()
        {
            var name = Names[random.Next(Names.Length)];
            var portal = random.Next(4) == 0 ? "p" : "";
            switch (random.Next(13))
            {
                case < 4:
                    var sql = Prepared[random.Next(Prepared.Length)];
                    Append(Parse(sql, name), $"P({name},{sql}) ");
                    if (random.Next(3) > 0)
                    {
                        Append([.. Bind(portal, name), .. Execute(portal)], $"B({portal},{name}) E({portal}) ");
                    }

                    break;

                case < 8:
                    var rows = random.Next(3);
                    Append([.. Bind(portal, name), .. Execute(portal, rows)], $"B({portal},{name}) E({portal},{rows}) ");
                    break;

                case 8 when !isFailed:
                    Append(Describe(name), $"DS({name}) ");
                    break;

                case 9:
                    Append(Message('D', [(byte)'P', .. CString(portal)]), $"DP({portal}) ");
                    break;

                case 10:
                    Append(Message('C', [(byte)'S', .. CString(name)]), $"CS({name}) ");
                    break;

                case 12 when !isFailed:
                    Append([.. Execute(portal, 1), .. Execute(portal)], $"E({portal},1) E({portal}) ");
                    break;

                default:
                    Append(Message('H'), "H ");
                    break;
            }
        }

        void AddCopy()
        {
            const string copy = "copy oracle from stdin";
            var isExtended = random.Next(2) == 0;
            if (isExtended)
            {
                Append([.. Message('C', [(byte)'S', .. CString("copy")]), .. Parse(copy, "copy"), .. Bind("", "copy"), .. Execute()], "CPBE(copy) ");
            }
            else
            {
                Append(Query(copy), "Q(copy) ");
            }

            for (var i = random.Next(3); i > 0; i--)
            {
                Append(CopyData([.. Encoding.ASCII.GetBytes(random.Next(4) == 0 ? "not a number\n" : "17\n")]), "d ");
            }

            Append(random.Next(4) == 0 ? Message('f', CString("no")) : Message('c'), "c ");
            if (isExtended)
            {
                Append(Sync, "S ");
            }
        }
    }
}
