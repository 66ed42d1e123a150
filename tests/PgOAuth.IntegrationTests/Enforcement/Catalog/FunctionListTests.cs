using System.Text;
using PgOAuth.Enforcement.Catalog;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Samples.Development.Postgres;
using Xunit;

namespace PgOAuth.IntegrationTests.Enforcement.Catalog;

/// <summary>The lists of functions and catalogs against what real servers have.</summary>
public sealed class FunctionListTests(ProxyFixture fixture, ITestOutputHelper output) : CatalogTestBase(fixture)
{
    private const string Canary = "canary-7f3a9";

    /// <summary>Can be called with SQL at all: nothing of these types can be written in a statement.</summary>
    private const string Callable =
        "not (p.prorettype = any (array['internal', 'trigger', 'event_trigger', 'language_handler', 'index_am_handler', 'table_am_handler', 'fdw_handler', 'tsm_handler', 'cstring']::regtype[]))"
        + " and not exists (select from unnest(p.proargtypes) as t where t = any (array['internal', 'cstring', 'cstring[]']::regtype[]))";

    /// <summary>Every volatile function that is allowed, and nobody but a reader of this list may add to it.</summary>
    private static readonly string[] _volatile =
    [
        "array_sample", "array_shuffle", "clock_timestamp", "gen_random_uuid", "pg_indexes_size", "pg_is_in_recovery", "pg_partition_ancestors", "pg_partition_tree",
        "pg_relation_size", "pg_table_size", "pg_total_relation_size", "random", "random_normal", "timeofday", "uuidv4", "uuidv7",
    ];

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task D31_AllowedVolatileFunctions_AreTheReviewedOnes(int major)
    {
        var (server, database) = await DatabaseAsync(major);
        var rows = await RowsAsync(server, database, $"select distinct n.nspname, p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.provolatile = 'v' and {Callable}");
        var allowed = rows.Where(static row => IsHarmless(row[0], row[1])).Select(static row => row[1]).Order(StringComparer.Ordinal).ToArray();

        Assert.Empty(allowed.Except(_volatile));
        Assert.True(allowed.Length >= 8, $"{allowed.Length}");
    }

    [Fact]
    public async Task D31_EveryVolatileFunctionOfTheNewestServer_IsAllowedOrExplained()
    {
        var (server, database) = await DatabaseAsync(18);
        var rows = await RowsAsync(server, database, $"select distinct p.proname from pg_proc p where p.pronamespace = 'pg_catalog'::regnamespace and p.provolatile <> 'i' and {Callable}");
        var unexplained = rows.Select(static row => row[0])
            .Where(static name => !IsHarmless("pg_catalog", name) && HarmlessFunctions.WhyDenied("pg_catalog"u8, Encoding.UTF8.GetBytes(name)) is null)
            .Order(StringComparer.Ordinal);

        // Support for types; nobody calls it.
        Assert.Equal(["in_range", "pg_node_tree_send"], unexplained);
    }

    // Statements use the server's own operators and casts without naming functions, and no rule is asked about those.
    [Theory]
    [MemberData(nameof(Majors))]
    public async Task D31_OperatorsAndCastsOfTheServer_CallHarmlessFunctions(int major)
    {
        var (server, database) = await DatabaseAsync(major);
        var rows = await RowsAsync(server, database, """
            select n.nspname, p.proname, o.oprname from pg_operator o join pg_proc p on p.oid = o.oprcode join pg_namespace n on n.oid = p.pronamespace
            union all
            select n.nspname, p.proname, 'cast' from pg_cast k join pg_proc p on p.oid = k.castfunc join pg_namespace n on n.oid = p.pronamespace
            """);
        var others = rows.Where(static row => !IsHarmless(row[0], row[1])).Select(static row => $"{row[2]} {row[1]}").Distinct().Order(StringComparer.Ordinal);

        // These two have only raised an error since 9.2.
        Assert.True(rows.Count > 900, $"{rows.Count}");
        Assert.Equal(["+ aclinsert", "- aclremove"], others);
    }

    [Fact]
    public async Task Lists_HoldNothingThatTheNewestServerLacks_AndNothingTwice()
    {
        var (server, database) = await DatabaseAsync(18);
        var functions = (await RowsAsync(server, database, "select distinct n.nspname, p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace")).Select(static row => (row[0], row[1])).ToHashSet();
        var relations = (await RowsAsync(server, database, "select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace")).Select(static row => (row[0], row[1])).ToHashSet();

        Assert.Empty(HarmlessFunctions.Names.Except(functions));
        Assert.Empty(HarmlessFunctions.DangerousNames.Except(functions));
        Assert.Empty(HarmlessFunctions.Names.Intersect(HarmlessFunctions.DangerousNames));
        Assert.Empty(HarmlessRelations.Names.Except(relations));
        Assert.Empty(HarmlessRelations.DangerousNames.Except(relations));
        Assert.Empty(HarmlessRelations.Names.Intersect(HarmlessRelations.DangerousNames));
    }

    [Fact]
    public async Task Lists_ColumnsOfCatalogs_AreThoseOfTheNewestServer()
    {
        var (server, database) = await DatabaseAsync(18);
        var hidden = new List<string>();
        foreach (var (schema, name) in HarmlessRelations.Names)
        {
            Assert.True(HarmlessRelations.TryFind(Encoding.UTF8.GetBytes(schema), Encoding.UTF8.GetBytes(name), out var relation));
            if (!relation.IsWhole)
            {
                var columns = await RowsAsync(server, database, $"select attname from pg_attribute where attrelid = '{schema}.{name}'::regclass and attnum > 0");
                hidden.AddRange(columns.Where(column => !relation.MayRead(Encoding.UTF8.GetBytes(column[0]))).Select(column => $"{name}.{column[0]}"));
            }
        }

        Assert.Superset(
            new HashSet<string> { "pg_roles.rolpassword", "pg_roles.rolconfig", "pg_user.passwd", "pg_user.useconfig", "pg_foreign_server.srvoptions", "pg_foreign_data_wrapper.fdwoptions", "pg_sequences.last_value", "pg_tablespace.spcoptions", "pg_stat_user_tables.seq_scan" },
            hidden.ToHashSet());
        Assert.DoesNotContain("pg_stat_user_tables.n_live_tup", hidden);
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task OperatorsCastsAndAggregates_HaveHarmlessFunctions(int major)
    {
        var (server, database) = await DatabaseAsync(major);
        var rows = await RowsAsync(server, database, """
            select distinct proname from pg_proc where pronamespace = 'pg_catalog'::regnamespace
              and (oid in (select oprcode from pg_operator) or oid in (select castfunc from pg_cast) or prokind in ('a', 'w'))
            """);

        // PostgreSQL's stubs, which do nothing but raise an error.
        Assert.Equal(["aclinsert", "aclremove"], rows.Select(static row => row[0]).Where(static name => !IsHarmless("pg_catalog", name)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("pg_statistic")]
    [InlineData("pg_stats")]
    [InlineData("pg_stats_ext")]
    [InlineData("pg_stats_ext_exprs")]
    [InlineData("pg_statistic_ext_data")]
    [InlineData("pg_stat_activity")]
    [InlineData("pg_authid")]
    [InlineData("pg_shadow")]
    [InlineData("pg_largeobject")]
    [InlineData("pg_user_mapping")]
    [InlineData("pg_user_mappings")]
    [InlineData("pg_stat_statements")]
    [InlineData("pg_prepared_statements")]
    [InlineData("pg_hba_file_rules")]
    [InlineData("pg_file_settings")]
    [InlineData("pg_db_role_setting")]
    [InlineData("pg_cursors")]
    [InlineData("pg_locks")]
    [InlineData("pg_subscription")]
    public void D23_DangerousCatalogs_AreNotListedAndSayWhy(string name)
    {
        var utf8 = Encoding.UTF8.GetBytes(name);

        Assert.False(HarmlessRelations.TryFind("pg_catalog"u8, utf8, out _));
        Assert.NotNull(HarmlessRelations.WhyDenied("pg_catalog"u8, utf8));
        Assert.Equal(name == "pg_stat_statements", HarmlessRelations.WhyDenied("public"u8, utf8) is not null);
    }

    /// <summary>Every allowed function that takes names or text is called with a SELECT of the canary, and with its table's name, as a superuser.</summary>
    [Theory]
    [MemberData(nameof(Majors))]
    public async Task D31_AllowedFunctions_DoNotReadTablesByNameOrText(int major)
    {
        var (server, database) = await DatabaseAsync(major);
        await ProxyFixture.ExecuteAsync(server, database, $"create table public.hidden (secret text); insert into public.hidden values ('{Canary}'); analyze public.hidden", Cancellation);
        var rows = await RowsAsync(server, database, $"""
            select n.nspname, p.proname, array_to_string(array(select t::regtype::text from unnest(p.proargtypes) as t), ','), p.proretset::text
            from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where n.nspname in ('pg_catalog', 'information_schema') and p.prokind = 'f' and p.pronargs > 0 and {Callable}
            """);
        var (called, answered) = (0, 0);
        await using var source = Npgsql.NpgsqlDataSource.Create(server.ConnectionStringFor(database) + ";Pooling=false;Options=-c statement_timeout=2000 -c default_transaction_read_only=on");
        await using var connection = await source.OpenConnectionAsync(Cancellation);
        foreach (var row in rows.Where(static row => IsHarmless(row[0], row[1])))
        {
            foreach (var text in new[] { "select secret from public.hidden", "public.hidden", "hidden" })
            {
                if (Arguments(row[2], text) is not { } arguments)
                {
                    break;
                }

                called++;
                answered += await CallAsync(connection, $"select {row[0]}.\"{row[1]}\"({arguments})::text") ? 1 : 0;
            }
        }

        output.WriteLine($"{called} calls, {answered} gave an answer");
        Assert.True(called > 800, $"{called}");
        Assert.True(answered > 400, $"{answered}");

        // The test can see a leak.
        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => CallAsync(connection, "select pg_catalog.query_to_xml('select secret from public.hidden', true, false, '')::text"));
    }

    private static async Task<bool> CallAsync(Npgsql.NpgsqlConnection connection, string sql)
    {
        try
        {
            await using var command = new Npgsql.NpgsqlCommand(sql, connection);
            await using var reader = await command.ExecuteReaderAsync(Cancellation);
            for (var rows = 0; rows < 1_000 && await reader.ReadAsync(Cancellation); rows++)
            {
                Assert.False(!reader.IsDBNull(0) && reader.GetString(0).Contains(Canary, StringComparison.Ordinal), sql);
            }

            return true;
        }
        catch (Npgsql.PostgresException error)
        {
            Assert.False(error.MessageText.Contains(Canary, StringComparison.Ordinal) || error.Detail?.Contains(Canary, StringComparison.Ordinal) == true, sql);
            if (connection.FullState != System.Data.ConnectionState.Open)
            {
                // Npgsql gives a connection up after an internal error (XX000), such as "cache lookup failed". A crash would be something else.
                Assert.Equal("XX000", error.SqlState);
                await connection.CloseAsync();
                await connection.OpenAsync(Cancellation);
            }

            return false;
        }
    }

    /// <summary>Null when a type has no sample, or no argument could carry the text.</summary>
    private static string? Arguments(string types, string text)
    {
        var carries = false;
        var arguments = new List<string>();
        foreach (var type in types.Split(','))
        {
            var argument = type switch
            {
                "text" or "name" or "character varying" or "character" or "anyelement" or "anynonarray" or "\"any\"" or "anycompatible" => $"'{text}'::text",
                "regclass" => "'public.hidden'::regclass",
                "oid" => "'public.hidden'::regclass::oid",
                "text[]" or "anyarray" or "anycompatiblearray" => $"array['{text}', 'secret']",
                "tsquery" => "'secret'::tsquery",
                "tsvector" => "'secret'::tsvector",
                "regconfig" => "'simple'::regconfig",
                "regdictionary" => "'simple'::regdictionary",
                "regtype" => "'public.hidden'::regtype",
                "json" or "jsonb" => $"'{{\"secret\": \"{text}\"}}'::{type}",
                "xml" => $"'<a>{text}</a>'::xml",
                "jsonpath" => "'$.secret'::jsonpath",
                "bytea" => $"convert_to('{text}', 'UTF8')",
                "integer" or "bigint" or "smallint" or "numeric" or "double precision" or "real" => $"1::{type}",
                "boolean" => "true",
                "\"char\"" => "'r'::\"char\"",
                "record" => "row('x', 1)",
                "pg_node_tree" => "(select adbin from pg_attrdef limit 1)",
                _ => null,
            };
            if (argument is null)
            {
                return null;
            }

            carries |= argument.Contains(text, StringComparison.Ordinal) || argument.Contains("public.hidden", StringComparison.Ordinal);
            arguments.Add(argument);
        }

        return carries ? string.Join(", ", arguments) : null;
    }

    private static bool IsHarmless(string schema, string name) => HarmlessFunctions.Contains(Encoding.UTF8.GetBytes(schema), Encoding.UTF8.GetBytes(name));
}
