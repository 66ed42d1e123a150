using System.Text;
using PgOAuth.Testing;
using static PgOAuth.Testing.Upstream.BackendMessages;

namespace PgOAuth.IntegrationTests.Soak;

/// <summary>Simple queries at random: several statements, transactions, settings, COPY, and what sessions leave behind.</summary>
internal static class SoakQueries
{
    public static void Add(SoakBatch batch, Random random, SoakModel model, string id, string nonce)
    {
        switch (random.Next(16))
        {
            case 0 or 1:
                var border = !model.IsInBlock ? "begin" : random.Next(2) == 0 ? "commit" : "rollback";
                Query(batch, new SoakStatement(border, border.ToUpperInvariant()));
                break;

            case 2:
                var word = random.Next(2) == 0 ? "commit" : "rollback";
                Query(batch, new SoakStatement(word + " and chain", word.ToUpperInvariant() + " CHAIN") { MayFail = "25P01" });
                break;

            case 3:
                Query(batch, Select(nonce), new SoakStatement("select 1 / 0", "SELECT") { Fails = "22012" }, Select(nonce));
                break;

            case 4:
                Query(batch, Select(nonce), new SoakStatement($"insert into soak_log values ('{nonce}') returning nonce", "INSERT") { Nonce = nonce }, Select(nonce));
                break;

            case 5:
                // In a transaction block it would be undone by a rollback, which is the server's to know.
                Query(batch, model.IsInBlock ? Select(nonce) : new SoakStatement($"set application_name = '{nonce}'", "SET"));
                break;

            case 6:
                Query(batch, new SoakStatement("select current_setting('application_name')", "SELECT") { ShowsName = true });
                break;

            case 7:
                Query(batch, new SoakStatement($"create temporary table soak_temp as select '{nonce}'::text as nonce", "SELECT") { MayFail = "42P07" });
                break;

            case 8:
                // Its own from before, or none.
                Query(batch, new SoakStatement("select nonce from soak_temp", "SELECT") { Nonce = id, MayFail = "42P01" });
                break;

            case 9:
                Query(batch, new SoakStatement($"listen \"soak_{id}\"", "LISTEN"), new SoakStatement($"notify \"soak_{id}\", '{nonce}'", "NOTIFY"));
                break;

            case 10:
                Query(batch, new SoakStatement("set work_mem = '1234kB'", "SET"), new SoakStatement("show work_mem", "SHOW") { Nonce = "1234kB" });
                break;

            case 11:
                Query(batch, new SoakStatement($"copy (select '{nonce}', n from generate_series(1, {random.Next(1, 20_000)}) n) to stdout", "COPY") { Nonce = nonce });
                break;

            case 12:
                var ending = random.Next(5);
                Query(batch, new SoakStatement("copy soak_copy from stdin", "COPY") { Fails = ending == 0 ? "57014" : ending == 1 ? "22P02" : null });
                AddCopy(batch, random, nonce, ending);
                break;

            case 13 when !model.IsInBlock && batch.Intents.Count == 0:
                Query(batch, random.Next(3) switch
                {
                    0 => new SoakStatement("discard all", "DISCARD") { MayFail = "25001" },
                    1 => new SoakStatement("deallocate all", "DEALLOCATE"),
                    _ => new SoakStatement("deallocate s1", "DEALLOCATE") { Deallocates = "s1" },
                });
                break;

            default:
                Query(batch, Select(nonce));
                break;
        }
    }

    /// <summary>A result of many rows.</summary>
    public static void AddLarge(SoakBatch batch, string nonce, int rows) => Query(batch, new SoakStatement(
        $"select '{nonce}', n, current_setting('pgoauth.sub'), repeat('x', 2000) from generate_series(1, {rows}) n", "SELECT") { Nonce = nonce });

    /// <summary>The data of a COPY: 0 the client gives up, 1 a line is wrong, else it is whole.</summary>
    public static void AddCopy(SoakBatch batch, Random random, string nonce, int ending)
    {
        for (var n = random.Next(1, 30); n > 0; n--)
        {
            batch.Add(FrontendMessages.CopyData(Encoding.ASCII.GetBytes($"{nonce}\t{n}\n")), null);
        }

        if (ending == 1)
        {
            batch.Add(FrontendMessages.CopyData(Encoding.ASCII.GetBytes($"{nonce}\twrong\n")), null);
        }

        batch.Add(ending == 0 ? Message('f', CString("no more")) : Message('c'), null);
    }

    private static SoakStatement Select(string nonce) =>
        new($"select '{nonce}', 0, current_setting('pgoauth.sub')", "SELECT") { Nonce = nonce };

    private static void Query(SoakBatch batch, params SoakStatement[] statements) =>
        batch.Add(FrontendMessages.Query(string.Join("; ", statements.Select(static each => each.Sql))), new SoakIntent('Q') { Statements = statements });
}
