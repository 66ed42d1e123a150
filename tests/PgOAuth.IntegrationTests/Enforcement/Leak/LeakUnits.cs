using T = PgOAuth.IntegrationTests.Enforcement.Leak.LeakType;

namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>Random units: statements of all kinds, alone or in what they need around them.</summary>
internal sealed class LeakUnits(int seed, int major)
{
    private const int Dirty = 28;
    private const int Mutated = 18;

    /// <summary>Whether columns are also read as fields of their rows.</summary>
    public bool HasRowFields { get; init; } = true;

    /// <summary>The unit of this number; always the same for a seed.</summary>
    public LeakUnit Make(long number)
    {
        var random = new LeakRandom(seed, number) { Major = major, HasRowFields = HasRowFields };
        random.IsDirty = random.Chance(Dirty);
        var queries = new LeakQueries(random);
        var maker = new Maker(random, queries, new LeakChanges(random, queries));
        var (kind, steps) = maker.Make();
        return new LeakUnit(number, kind, steps);
    }

    private sealed class Maker(LeakRandom random, LeakQueries queries, LeakChanges changes)
    {
        public (string Kind, LeakStep[] Steps) Make()
        {
            var roll = random.Below(100);
            return roll switch
            {
                < 52 => ("select", [Step(queries.Statement())]),
                < 70 => ("change", Framed(Step(changes.Any()))),
                < 73 => ("change in query", Framed(Step(changes.InQuery()))),
                < 77 => ("copy to", Framed(Simple(CopyTo()))),
                < 79 => ("copy from", Framed(Simple(CopyFrom()))),
                < 84 => ("explain", Framed(Step($"explain {Options()}{(random.Chance(60) ? queries.Statement() : changes.Any())}"))),
                < 87 => ("prepare", Prepare()),
                < 91 => ("cursor", Cursor()),
                < 93 => ("define", Framed(Step(Define()))),
                < 96 => ("several", [Simple($"{queries.Statement()}; {queries.Statement()}")]),
                < 97 => ("table", Framed(Step(OfTable()))),
                _ => ("setting", Framed(Step(Setting()))),
            };
        }

        private static LeakStep Frame(string text) => new(LeakProtocol.Simple, text) { IsFrame = true };

        private static LeakStep[] Framed(params LeakStep[] steps) => [Frame("begin"), .. steps, Frame("rollback")];

        private LeakStep Step(string text) => new(random.Pick(LeakProtocol.Simple, LeakProtocol.Simple, LeakProtocol.Extended, LeakProtocol.Binary), Mutate(text));

        private LeakStep Simple(string text) => new(LeakProtocol.Simple, Mutate(text));

        private string Mutate(string text)
        {
            while (random.Chance(Mutated))
            {
                text = LeakMutations.Of(text, random);
            }

            return text;
        }

        private string Options() => random.Pick(
            "", "analyze ", "verbose ", "(costs off) ", "(analyze, verbose, timing off, summary off) ", "(format json) ", "(verbose, format xml) ",
            random.Major >= 16 ? "(generic_plan) " : "(settings) ");

        private string CopyTo()
        {
            var options = random.Pick("", " (format csv, header)", " (format binary)", " csv", " (format csv, force_quote *)");
            if (random.Chance(55))
            {
                return $"copy ({(random.Chance(85) ? queries.Statement() : changes.Insert() + " returning id")}) to stdout{options}";
            }

            var table = random.IsDirty && random.Chance(30) ? random.Pick<LeakTable>(LeakModel.Tables) : random.Pick<LeakTable>([.. LeakModel.Open.Where(static one => one.IsCopied && one.Name != "v_open")]);
            var columns = table.Columns.Where(column => (!column.IsSecret || random.IsDirty) && random.Chance(70)).Select(static column => column.Name).ToArray();
            return $"copy {table.ShortName}{(columns.Length > 0 && (!table.IsWhole || random.Chance(60)) ? $" ({string.Join(", ", columns)})" : "")} to stdout{options}";
        }

        private string CopyFrom()
        {
            var table = random.IsDirty && random.Chance(30) ? random.Pick<LeakTable>(LeakModel.Tables) : random.Pick<LeakTable>([.. LeakModel.Writable.Where(static one => one.IsCopied)]);
            var columns = table.Columns.Where(column => !column.IsSecret || random.IsDirty).Take(2).Select(static column => column.Name);
            var scope = new LeakScope();
            scope.Ranges.Add(new LeakRange(table.Name, table.Columns));
            return $"copy {table.ShortName} ({string.Join(", ", columns)}) from stdin{random.Pick("", " (format csv)")}{(random.Chance(20) ? $" where {queries.Expressions.Column(T.Int, scope)} > 0" : "")}";
        }

        private LeakStep[] Prepare()
        {
            var name = random.Name("p");
            var body = random.Chance(70) ? queries.Statement() : changes.Any();
            LeakStep use = random.Below(4) switch
            {
                0 => new(LeakProtocol.BindNamed, name),
                1 => new(LeakProtocol.Simple, $"explain execute {name}"),
                2 => new(LeakProtocol.Simple, $"create temp table stored as execute {name}"),
                _ => new(LeakProtocol.Simple, $"execute {name}"),
            };
            return [Frame("begin"), Step($"prepare {name} as {body}"), use, Frame("rollback"), Frame("deallocate all")];
        }

        private LeakStep[] Cursor()
        {
            var name = random.Name("k");
            LeakStep fetch = random.Chance(20) ? new(LeakProtocol.ExecuteNamed, name)
                : new(LeakProtocol.Simple, random.Pick($"fetch all {name}", $"fetch 3 from {name}", $"move 1 in {name}; fetch next {name}", $"fetch forward all in {name}"));
            return Framed(
                Step($"declare {name} {random.Pick("", "binary ", "scroll ", "insensitive ")}cursor {random.Pick("", "", "without hold ")}for {queries.Statement()}"),
                fetch,
                new(LeakProtocol.Simple, $"close {name}"));
        }

        private string Define()
        {
            var name = random.Name("pad.d");
            return random.Below(12) switch
            {
                0 or 1 => $"create table {name} as {queries.Statement()}",
                2 => $"create temp table tt as {queries.Statement()}",
                3 => $"create view {name} as {queries.Statement()}",
                4 => $"create materialized view {name} as {queries.Statement()} with no data",
                5 => $"create table {name} (like {new LeakFrom(random, queries).PickTable().FullName})",
                6 => $"create table {name} (a int, b text default {queries.Expressions.Literal(T.Text)}, check (a > {random.Below(5)}))",
                7 => $"create index on pad.own ({random.Pick("id", "name", "lower(name)", "app.add_one(id)", "(id + 1)")})",
                8 => $"alter table pad.own add column extra {random.Pick("int", "text", "jsonb")}{random.Pick("", " default null", " not null default '1'")}",
                9 => $"create table {name} (id int references {new LeakFrom(random, queries).PickTable().FullName}, x text)",
                10 => $"create table {name} (e int) inherits ({random.Pick("pad.own", new LeakFrom(random, queries).PickTable().FullName)})",
                _ => $"create temp view vv as {queries.Statement()}",
            };
        }

        private string OfTable()
        {
            var table = new LeakFrom(random, queries).PickTable().FullName;
            return random.Pick($"lock table {table} in {random.Pick("access share", "row share", "row exclusive")} mode nowait", $"lock {table} in access share mode",
                $"truncate {table}", "truncate app.city", "truncate pad.own", $"comment on table {table} is 'x'", $"analyze {table}");
        }

        private string Setting() => random.Pick(
            "set local enable_seqscan = off", "show all", "show search_path", "set local datestyle = 'German'", "set local extra_float_digits = 3", "show transaction_isolation",
            "set transaction isolation level repeatable read", "set local search_path = vault", "set local bytea_output = 'escape'", "select set_config('search_path', 'vault', true)",
            "select current_setting('server_version')", "set local standard_conforming_strings = off", "set local role engineer", "savepoint s", "discard plans", "set local work_mem = '1MB'",
            "set constraints all deferred", "reset bytea_output", "select nextval('app.ticket')", "select last_value from app.ticket", "do $$ begin perform 1; end $$",
            "call app.leak_procedure('')", "listen x", "select pg_notify('x', 'y')", "select nextval('vault.hidden')", "select last_value from vault.hidden");
    }
}
