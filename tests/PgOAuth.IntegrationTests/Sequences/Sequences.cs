using System.Globalization;

namespace PgOAuth.IntegrationTests.Sequences;

/// <summary>The sequences of PostgreSQL's <c>libpq_pipeline</c>, COPY in its states, portals, and an error at each point.</summary>
internal static class Sequences
{
    private const string Insert = "insert into demo (id, said) values ($1, 'row') returning id";

    public static IEnumerable<Sequence> All => [.. Pipelines, .. Statements, .. LargeObjects, .. Copies, .. Errors];

    private static IEnumerable<Sequence> Pipelines { get; } =
    [
        new("simple_pipeline", "P |select $1|23\n B ||1\n D P|\n E\n S\n ? Z"),
        new("multi_pipelines", "P |select $1|23\n B ||1\n D P|\n E\n S\n P |select $1|23\n B ||2\n D P|\n E\n S\n ? ZZ"),
        new("nosync", string.Concat(Enumerable.Repeat("P |select repeat('xyzxz', 12)\n B |\n D P|\n E\n H\n", 10)) + "? CCCCCCCCCC\n S\n ? Z"),
        new("pipeline_abort", $"P |{Insert}|23\n B ||1\n E\n P |select no_such_function($1)|23\n B ||1\n E\n P |{Insert}|23\n B ||2\n E\n S\n P |{Insert}|23\n B ||3\n E\n S\n ? ZZ\n P |select 1.0/g from generate_series(3, -1, -1) g\n B |\n E\n S\n ? Z\n Q select id from demo order by id\n ? Z"),
        new("query_in_pipeline", "P |select 1\n B |\n E\n Q select 2\n S\n ? ZZ"),
        new("query_in_failed_pipeline", "P |select nothing\n B |\n E\n Q select 2\n S\n ? Z"),
        new("prepared", "P select_one|select $1, '42', $2::numeric, interval '1 sec'|23|25\n D S|select_one\n S\n ? Z\n B |select_one|7|8\n E\n S\n ? Z\n C S|select_one\n S\n ? Z\n D S|select_one\n S\n ? Z"),
        new("prepared_cursor", "Q begin\n ? Z\n Q declare cursor_one cursor for select 1\n ? Z\n D P|cursor_one\n S\n ? Z\n C P|cursor_one\n S\n ? Z\n D P|cursor_one\n S\n ? Z\n Q rollback\n ? Z"),
        new("singlerow", "P |select generate_series(42, $1)|23\n B ||44\n D P|\n E |1\n E |1\n E |1\n E |1\n S\n P |select generate_series(42, $1)|23\n B ||45\n E |2\n H\n ? Zs\n E |2\n E |2\n S\n ? Z"),
        new("transaction", "P rollback|rollback\n S\n ? Z\n P |begin\n B |\n E\n P |select 0/0\n B |\n E\n B |rollback\n E\n P |insert into demo values (10)\n B |\n E\n S\n B |rollback\n E\n S\n P |insert into demo values (11)\n B |\n E\n S\n ? ZZZ\n P |begin\n B |\n E\n P |insert into demo values (12)\n B |\n E\n P |commit\n B |\n E\n S\n ? Z\n Q select id from demo order by id\n ? Z"),
        new("uniqviol", $"P insertion|{Insert}|23\n S\n ? Z\n" + Unique() + "Q select count(*) from demo\n ? Z"),
        new("pipeline_idle", "P |select 1\n B |\n D P|\n E\n S\n ? Z\n P |select 2\n B |\n D P|\n E\n H\n ? C\n S\n ? Z\n P |select pg_catalog.pg_advisory_unlock(1, 1)\n B |\n E\n S\n ? Z\n Q select 3\n ? Z"),
        new("syncs_alone", "S\n S\n H\n S\n ? ZZZ"),
        new("many_queries_at_once", string.Concat(Enumerable.Range(0, 30).Select(static n => $"Q select {n}\n")) + "? " + new string('Z', 30)),
    ];

    private static IEnumerable<Sequence> Statements { get; } =
    [
        new("empty", "Q \n P |\n B |\n D S|\n E\n S\n Q ;;\n ? ZZZ"),
        new("same_name_again", "P s|select 1\n S\n ? Z\n P s|select 2\n S\n ? Z\n B |s\n E\n S\n ? Z\n C S|s\n P s|select 2\n B |s\n E\n S\n ? Z\n P s|select 2\n S\n ? Z"),
        new("unnamed_stays", "P |select 5\n S\n ? Z\n B |\n E\n S\n ? Z\n B |\n E\n S\n ? Z\n Q select 6\n ? Z\n B |\n E\n S\n ? Z"),
        new("types_differ", "P a|select $1|23\n P b|select $1|25\n B |a|7\n D P|\n E\n B |b|7\n D P|\n E\n D S|a\n D S|b\n S\n ? Z"),
        new("portal_over_syncs", "Q begin\n ? Z\n P s|select generate_series(1, 9)\n B p|s\n E p|2\n S\n ? Z\n E p|3\n S\n E p\n S\n E p\n S\n ? ZZZ\n Q commit\n ? Z\n E p\n S\n ? Z"),
        new("portal_ends_with_sync", "P |select generate_series(1, 9)\n B p|\n E p|2\n S\n ? Z\n E p|2\n S\n ? Z"),
        new("two_portals", "P s|select generate_series(1, $1)|23\n B p|s|3\n B q|s|5\n E p|2\n E q|2\n E p\n C P|p\n E q\n E p\n S\n ? Z"),
        new("chain", "Q begin isolation level serializable\n ? Z\n Q select 1/0\n ? Z\n Q commit and chain\n ? Z\n Q show transaction_isolation\n ? Z\n Q rollback and chain\n ? Z\n Q commit\n ? Z\n Q commit and chain\n ? Z"),
        new("savepoint", "Q begin; insert into demo values (20); savepoint a\n ? Z\n Q insert into demo values (20)\n ? Z\n Q select 1\n ? Z\n Q rollback to a\n ? Z\n Q commit\n ? Z\n Q select id from demo\n ? Z"),
        new("several_statements", "Q insert into demo values (30); select 1/0; insert into demo values (31)\n ? Z\n Q begin; select 1; commit; select 2; select nothing\n ? Z\n Q select count(*) from demo\n ? Z"),
        new("plan_changes", "Q begin\n ? Z\n Q create temporary table changing (a int) on commit drop\n ? Z\n P s|select * from changing\n B |s\n D P|\n E\n S\n ? Z\n Q alter table changing add column b int\n ? Z\n B |s\n E\n S\n ? Z\n Q rollback\n ? Z\n B |s\n E\n S\n ? Z"),
        new("deallocate", "P s|select 1\n S\n ? Z\n Q deallocate s\n ? Z\n B |s\n S\n ? Z\n P s|select 2\n S\n ? Z\n Q deallocate all\n ? Z\n B |s\n S\n ? Z"),
        new("settings", "Q set application_name = 'sequence'\n ? Z\n Q show application_name\n ? Z\n Q set timezone = 'Asia/Tokyo'\n ? Z\n Q begin; set timezone = 'UTC'\n ? Z\n Q rollback\n ? Z\n Q show timezone\n ? Z\n Q set client_encoding = 'LATIN1'\n ? Z\n Q show client_encoding\n ? Z"),
    ];

    // 715 lo_create, 952 lo_open to read and write, 953 lo_close, 954 loread, 955 lowrite, 956 lo_lseek, 964 lo_unlink.
    private static IEnumerable<Sequence> LargeObjects { get; } =
    [
        new("function_calls", "Q begin\n ? Z\n F 715|4711\n ? Z\n F 952|4711|393216\n ? Z\n F 955|0|abc\n F 956|0|0|0\n F 954|0|2\n F 953|0\n ? ZZZZ\n Q rollback\n ? Z\n F 964|4711\n ? Z"),
        new("function_call_fails", "F 952|4712|262144\n ? Z\n F 955|0\n ? Z\n Q begin\n ? Z\n F 964|4712\n F 715|4712\n Q select 1\n ? ZZZ\n Q rollback\n ? Z"),
        new("function_call_in_pipeline", "P |select 1\n B |\n E\n F 964|4713\n P |select 2\n B |\n E\n S\n ? ZZ"),
        new("function_call_in_failed_pipeline", "P |select nothing\n B |\n E\n F 715|4714\n S\n ? Z\n F 964|4714\n ? Z"),
        new("unnamed_stays_over_function_calls", "P |select 5\n S\n ? Z\n F 715|4715\n ? Z\n B |\n E\n S\n ? Z\n F 964|4715\n ? Z\n B |\n E\n S\n ? Z"),
    ];

    private static IEnumerable<Sequence> Copies { get; } =
    [
        new("copy_in", "Q copy demo (id) from stdin\n ? G\n d 1\n d 2\n c\n ? Z\n Q select count(*) from demo\n ? Z"),
        new("copy_in_at_once", "Q copy demo (id) from stdin\n d 1\n d 2\n c\n Q select count(*) from demo\n ? ZZ"),
        new("copy_in_given_up", "Q copy demo (id) from stdin\n ? G\n d 1\n f no\n ? Z\n Q select count(*) from demo\n ? Z"),
        new("copy_in_wrong_data", "Q copy demo (id) from stdin\n d 1\n d x\n d 2\n c\n Q select count(*) from demo\n ? ZZ"),
        new("copy_in_refused", "Q copy nowhere from stdin\n d 1\n c\n Q select 1\n ? ZZ"),
        new("copy_in_extended", "P |copy demo (id) from stdin\n B |\n E\n d 1\n c\n S\n Q select count(*) from demo\n ? ZZ"),
        new("copy_in_extended_waits", "P |copy demo (id) from stdin\n B |\n E\n H\n ? G\n d 1\n H\n S\n d 2\n c\n S\n ? Z\n Q select count(*) from demo\n ? Z"),
        new("copy_in_extended_wrong", "P |copy demo (id) from stdin\n B |\n E\n d x\n c\n P |select 1\n B |\n E\n S\n Q select 2\n ? ZZ"),
        new("copy_in_extended_given_up", "P |copy demo (id) from stdin\n B |\n E\n d 1\n f no\n S\n Q select 2\n ? ZZ"),
        new("copy_between_statements", "Q select 1; copy demo (id) from stdin; select 2; copy demo (id) from stdin; select 3\n d 1\n c\n d 2\n c\n ? Z\n Q select count(*) from demo\n ? Z"),
        new("copy_in_block", "Q begin\n Q copy demo (id) from stdin\n d 1\n c\n Q copy demo (id) from stdin\n d x\n c\n Q select 1\n Q rollback\n ? ZZZZZ\n Q select count(*) from demo\n ? Z"),
        new("copy_data_unasked", "d 1\n c\n f no\n Q select 1\n ? Z\n d 1\n P |select 2\n c\n B |\n d 2\n E\n f no\n S\n ? Z"),
        new("copy_out", "Q copy (select generate_series(1, 2000)) to stdout\n ? Z\n P |copy (select 1) to stdout\n B |\n E\n P |select 2\n B |\n E\n S\n ? Z"),
        new("copy_out_fails", "Q copy (select 1 / (100 - g) from generate_series(1, 200) g) to stdout\n ? Z\n Q select 1\n ? Z"),
    ];

    // Each faulty message first, in the middle and last, with and without a transaction around it.
    private static IEnumerable<Sequence> Errors
    {
        get
        {
            string[] faults =
            [
                "P bad|select 1 from", "P bad|select nothing", "P known|select 1", "B |nobody", "B |known", "B |known|1|2", "B |known|x", "D S|nobody", "D P|nobody",
                "E nobody", "P |select 1/$1|23\n B ||0\n E", "P |select 1; select 2",
            ];
            const string good = "P |select $1|25\n B ||fine\n D P|\n E\n B |known|3\n E\n";
            for (var n = 0; n < faults.Length; n++)
            {
                foreach (var place in new[] { faults[n] + "\n" + good, good + faults[n] + "\n" + good, good + faults[n] + "\n" })
                {
                    foreach (var isInBlock in new[] { false, true })
                    {
                        var (begin, end) = isInBlock ? ("Q begin\n ? Z\n", "S\n ? Z\n Q rollback\n ? Z\n") : ("", "");
                        yield return new Sequence(
                            string.Create(CultureInfo.InvariantCulture, $"error {n} {(isInBlock ? "in a transaction" : "outside")}: {place.Replace('\n', ' ')}"),
                            $"P known|select $1|23\n S\n ? Z\n {begin}{place}S\n ? Z\n {end}B |known|4\n E\n S\n ? Z");
                    }
                }
            }
        }
    }

    private static string Unique() => string.Concat(Enumerable.Range(0, 60).Select(static n =>
        $"B |insertion|{(n % 17 == 9 ? n / 2 : n)}\n E\n" + (n % 5 == 4 ? "S\n" : ""))) + "? " + new string('Z', 12) + "\n";
}
