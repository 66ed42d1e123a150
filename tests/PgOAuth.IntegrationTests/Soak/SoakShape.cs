namespace PgOAuth.IntegrationTests.Soak;

/// <summary>
/// A statement for Parse. All clients use the same few texts, so that they meet on the server; what is a client's own
/// travels as its parameter and comes back as the first column, the shape's number is the second.
/// </summary>
internal sealed record SoakShape(int Id, string Sql)
{
    private const string Sub = "current_setting('pgoauth.sub')";

    /// <summary>Whether $1 is the nonce; the others have no parameter.</summary>
    public bool HasNonce { get; init; } = true;

    /// <summary>The error that running it ends in; null when it succeeds.</summary>
    public string? Fails { get; init; }

    /// <summary>Whether it fails at Parse already.</summary>
    public bool FailsAtParse { get; init; }

    /// <summary>What its CommandComplete begins with.</summary>
    public string Tag { get; init; } = "SELECT";

    /// <summary>Whether an aborted transaction takes it.</summary>
    public bool IsEnd => Tag is "COMMIT" or "ROLLBACK";

    public bool IsCopyIn => Tag is "COPY";

    /// <summary>Whether rows can be fetched in portions.</summary>
    public bool HasManyRows { get; init; }

    public static SoakShape Begin => All[12];

    public static SoakShape Commit => All[13];

    public static SoakShape Rollback => All[14];

    public static SoakShape CopyIn => All[15];

    /// <summary>More than all buffers of a narrow connection hold.</summary>
    public static SoakShape Large => All[16];

    /// <summary>The rows of <see cref="Large"/>.</summary>
    public static int LargeRows => 200;

    /// <summary>How many of <see cref="All"/> come first and can be prepared under a name.</summary>
    public static int Named => 12;

    public static IReadOnlyList<SoakShape> All { get; } =
    [
        new(0, $"select $1::text, 0, {Sub}"),
        new(1, $"select $1::text, 1, {Sub} /* the same in another text */"),
        new(2, $"select $1, 2, {Sub} from (values (1)) as one (n)"),
        new(3, $"select $1::text, 3, {Sub} from generate_series(1, 40)") { HasManyRows = true },
        new(4, $"select $1::text, 4, {Sub}, repeat('x', 4000) from generate_series(1, 200)") { HasManyRows = true },
        new(5, $"select $1::text, 5, {Sub}, 1 / (20 - n) from generate_series(1, 40) n") { HasManyRows = true, Fails = "22012" },
        new(6, $"insert into soak_log (nonce) values ($1::text) returning nonce, 6, {Sub}") { Tag = "INSERT" },
        new(7, "insert into soak_one select 1 where $1::text is not null") { Tag = "INSERT", Fails = "23505" },
        new(8, $"select $1::text, 8, {Sub} from pg_sleep(0.01)"),
        new(9, "select $1::text from") { Fails = "42601", FailsAtParse = true },
        new(10, "select $1::text, 10 from soak_nowhere") { Fails = "42P01", FailsAtParse = true },
        // The proxy's own refusal.
        new(11, "set role none") { HasNonce = false, Fails = "42501", FailsAtParse = true },
        new(12, "begin") { HasNonce = false, Tag = "BEGIN" },
        new(13, "commit") { HasNonce = false, Tag = "COMMIT" },
        new(14, "rollback") { HasNonce = false, Tag = "ROLLBACK" },
        new(15, "copy soak_copy from stdin") { HasNonce = false, Tag = "COPY" },
        new(16, $"select $1::text, 16, {Sub}, repeat('x', 2000) from generate_series(1, {LargeRows})"),
    ];
}
