using System.Text;
using Npgsql;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.IntegrationTests.Pooling;
using PgOAuth.IntegrationTests.Relay;
using PgOAuth.Options;
using Xunit;

namespace PgOAuth.IntegrationTests.Enforcement.Gate;

/// <summary>Verdicts on statements, through the wire, in front of real servers.</summary>
public sealed class GateTests(ProxyFixture shared)
{
    public static TheoryData<int, PoolMode> Kinds => new()
    {
        { 18, PoolMode.None },
        { 15, PoolMode.Session },
        { 18, PoolMode.Transaction },
        { 15, PoolMode.Transaction },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Statement_ByScope_IsAllowedOrRefusedWithTheMissingScope(int major, PoolMode mode)
    {
        await using var proxy = await GatedProxy.StartAsync(shared, major, mode, Cancellation);
        await using var client = await proxy.LogInAsync(Cancellation, "orders:read");

        Assert.Equal("100", await client.AskAsync("select count(*) from orders", Cancellation));
        var error = await Assert.ThrowsAsync<RawError>(() => client.AskAsync("delete from sales.orders where id = 1", Cancellation));
        Assert.Equal("42501", error.SqlState);
        Assert.Equal("the access token does not allow delete on sales.orders", error.Text);
        Assert.Equal("It needs one of the scopes admin, orders:write.", error.Hint);
        Assert.Equal("13", error.Position);
        Assert.Equal("100", await client.AskAsync("select count(*) from orders", Cancellation));

        await using var writer = await proxy.LogInAsync(Cancellation, "orders:read", "orders:write");
        await writer.AskAsync("delete from sales.orders where id = 1", Cancellation);
        Assert.Equal("99", await client.AskAsync("select count(*) from orders", Cancellation));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Column_ThatNoRuleGrants_IsRefusedInEveryClause(int major, PoolMode mode)
    {
        await using var proxy = await GatedProxy.StartAsync(shared, major, mode, Cancellation);
        await using var client = await proxy.LogInAsync(Cancellation, "orders:read");

        Assert.Equal("anna", await client.AskAsync("select owner from cards order by id", Cancellation));
        foreach (var sql in new[]
        {
            "select number from cards", "select * from cards", "select c from cards c", "select number(c) from cards c", "select 1 from cards where number like '4%'",
            "select id from cards order by number", "select count(*) from cards group by number", "table cards", "select to_jsonb(c) from cards c",
            "select 1 from cards natural join (values ('x')) v(number)", "select x from (select c.* from cards c) q(a, b, x)", "copy cards (number) to stdout",
            "select pay from salaries", "select 1 from salaries", "select (select pay from salaries limit 1)", "with s as (select * from salaries) select 1 from s",
            "explain select number from cards", "prepare p as select number from cards", "declare c cursor for select number from cards",
            "create table copied as select number from cards", "select lo_get(1)", "select query_to_xml('select 1', true, true, '')", "do $$ begin end $$",
            "select 1; select number from cards", "call x()", "select * from nowhere", "select nothing from cards", "set search_path = public", "set role analyst",
            "select most_common_vals from pg_stats", "select set_config('search_path', 'x', false)", "listen x", "notify x",
        })
        {
            var error = await Assert.ThrowsAsync<RawError>(() => client.AskAsync(sql, Cancellation));
            Assert.True(error.SqlState == "42501", $"{sql}: {error.Message}");
            Assert.DoesNotContain("canary", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal("anna", await client.AskAsync("select owner from cards order by id", Cancellation));
    }

    // The extension has a max, a replace and so on of its own, for values of its type.
    [Theory]
    [InlineData(15)]
    [InlineData(18)]
    public async Task Citext_TakesTheServersFunctionsFromNobody(int major)
    {
        await using var proxy = await GatedProxy.StartAsync(shared, major, PoolMode.None, Cancellation);
        var server = await shared.PostgresAsync(major);
        await ProxyFixture.ExecuteAsync(
            server, proxy.Host.Database, "create extension citext schema public; alter table sales.orders add column note public.citext default 'x'", Cancellation);
        await using var client = await proxy.LogInAsync(Cancellation, "orders:read");

        foreach (var call in new[]
        {
            "max(owner)", "min(owner)", "replace('a', 'b', 'c')", "count(replace(owner, 'a', 'b'))", "split_part('a b', ' ', 1)", "strpos('a', 'b')", "translate('a', 'b', 'c')",
            "regexp_replace('a', 'b', 'c')", "(regexp_match('a', 'a'))[1]", "array_length(regexp_split_to_array('a b', ' '), 1)", "max(id)",
        })
        {
            await client.AskAsync($"select {call} from cards", Cancellation);
        }

        var error = await Assert.ThrowsAsync<RawError>(() => client.AskAsync("select max(note) from orders", Cancellation));
        Assert.Equal("the access token does not allow function public.max", error.Text);
        Assert.Equal("42501", await client.RefusalAsync("select max($$a$$::citext)", Cancellation));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A20_DenialInAPipeline_BehavesAsAnErrorOfPostgreSql(int major, PoolMode mode)
    {
        await using var proxy = await GatedProxy.StartAsync(shared, major, mode, Cancellation);
        await using var client = await proxy.LogInAsync(Cancellation, "orders:read", "orders:write");
        await client.SendAsync(
            (byte[])[
                .. RawClient.Extended("delete from orders"), .. RawClient.Extended("select pay from salaries"), .. RawClient.Extended("delete from orders"), .. RawClient.Sync,
                .. RawClient.Extended("select 1"), .. RawClient.Sync],
            Cancellation);

        var first = await client.ReadUntilReadyAsync(Cancellation);
        Assert.Equal("12CEZ", string.Concat(first.Select(static message => message.Type)));
        Assert.Equal((byte)'I', first[^1].Body[0]);
        Assert.Equal("12DCZ", await client.ReadTypesAsync(Cancellation));
        Assert.Equal("100", await client.AskAsync("select count(*) from orders", Cancellation));

        await client.AskAsync("begin", Cancellation);
        await client.AskAsync("delete from orders", Cancellation);
        Assert.Equal("42501", await client.RefusalAsync("select pay from salaries", Cancellation));
        Assert.Equal("25P02", await client.RefusalAsync("select 1", Cancellation));
        await client.AskAsync("rollback", Cancellation);
        Assert.Equal("100", await client.AskAsync("select count(*) from orders", Cancellation));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A21_SeveralStatements_AreDecidedBeforeTheFirstRuns(int major, PoolMode mode)
    {
        await using var proxy = await GatedProxy.StartAsync(shared, major, mode, Cancellation);
        await using var client = await proxy.LogInAsync(Cancellation, "orders:read", "orders:write");
        await client.SendAsync(RawClient.Query("select nextval('orders_id_seq'); select count(*) from orders; select pay from salaries"), Cancellation);

        Assert.Equal("EZ", await client.ReadTypesAsync(Cancellation));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task SyntaxError_IsToldAtItsPlace(int major, PoolMode mode)
    {
        await using var proxy = await GatedProxy.StartAsync(shared, major, mode, Cancellation);
        await using var client = await proxy.LogInAsync(Cancellation, "orders:read");

        var error = await Assert.ThrowsAsync<RawError>(() => client.AskAsync("select 'ä', from orders", Cancellation));

        Assert.Equal("42601", error.SqlState);
        Assert.Equal("13", error.Position);
        Assert.Contains("from", error.Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A28_SearchPath_IsThePoliciesAndStaysSo(int major, PoolMode mode)
    {
        await using var proxy = await GatedProxy.StartAsync(shared, major, mode, Cancellation);
        await using var client = await proxy.LogInAsync(Cancellation, "orders:read");

        Assert.Equal("\"sales\", \"public\", \"pg_temp\"", await client.AskAsync("show search_path", Cancellation));
        foreach (var sql in new[] { "set search_path = public", "set local search_path = public", "select set_config('search_path', 'public', true)", "set schema 'public'", "alter role engineer set search_path = public" })
        {
            Assert.Equal("42501", await client.RefusalAsync(sql, Cancellation));
        }

        await client.AskAsync("discard all", Cancellation);
        Assert.Equal("\"sales\", \"public\", \"pg_temp\"", await client.AskAsync("show search_path", Cancellation));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A27_PolicyThatChanges_CountsFromTheNextMessageOn(int major, PoolMode mode)
    {
        await using var proxy = await GatedProxy.StartAsync(shared, major, mode, Cancellation);
        await using var client = await proxy.LogInAsync(Cancellation, "orders:read");
        await client.SendAsync((byte[])[.. RawClient.Message('P', RawClient.Text("q"), RawClient.Text("select count(*) from orders"), RawClient.Int16(0)), .. RawClient.Sync], Cancellation);
        Assert.Equal("1Z", await client.ReadTypesAsync(Cancellation));
        Assert.Equal("100", await client.AskAsync("select count(*) from orders", Cancellation));

        await proxy.ChangePolicyAsync(static policy => policy.Scopes["orders:read"].Deny.Add(new StatementRule { Relations = { "sales.orders" } }), Cancellation);

        Assert.Equal("42501", await client.RefusalAsync("select count(*) from orders", Cancellation));
        await client.SendAsync(Execution("q"), Cancellation);
        Assert.Equal("EZ", await client.ReadTypesAsync(Cancellation));

        await proxy.ChangePolicyAsync(static policy => policy.Scopes["orders:read"].Deny.Clear(), Cancellation);
        Assert.Equal("100", await client.AskAsync("select count(*) from orders", Cancellation));
        await client.SendAsync(Execution("q"), Cancellation);
        Assert.Equal("2DCZ", await client.ReadTypesAsync(Cancellation));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task D46_CursorsAndPortals_OfAnotherPolicy_AreOver(int major, PoolMode mode)
    {
        await using var proxy = await GatedProxy.StartAsync(shared, major, mode, Cancellation);
        await using var client = await proxy.LogInAsync(Cancellation, "orders:read");
        await using var other = await proxy.LogInAsync(Cancellation, "orders:read");
        foreach (var one in new[] { client, other })
        {
            await one.AskAsync("begin", Cancellation);
        }

        await client.AskAsync("declare c cursor for select id from orders order by id", Cancellation);
        Assert.Equal("1", await client.AskAsync("fetch c", Cancellation));
        await other.SendAsync(
            (byte[])[
                .. RawClient.Message('P', RawClient.Text(""), RawClient.Text("select id from orders order by id"), RawClient.Int16(0)),
                .. RawClient.Message('B', RawClient.Text("p"), RawClient.Text(""), RawClient.Int16(0), RawClient.Int16(0), RawClient.Int16(0)),
                .. RawClient.Message('E', RawClient.Text("p"), RawClient.Int32(1)), .. RawClient.Sync],
            Cancellation);
        Assert.Equal("12DsZ", await other.ReadTypesAsync(Cancellation));

        await proxy.ChangePolicyAsync(static policy => policy.Deny.Add(new StatementRule { Relations = { "sales.orders" } }), Cancellation);

        var error = await Assert.ThrowsAsync<RawError>(() => client.AskAsync("fetch c", Cancellation));
        Assert.Equal("the policy has changed since this cursor was opened", error.Text);
        await other.SendAsync((byte[])[.. RawClient.Message('E', RawClient.Text("p"), RawClient.Int32(1)), .. RawClient.Sync], Cancellation);
        Assert.Equal("EZ", await other.ReadTypesAsync(Cancellation));
        foreach (var one in new[] { client, other })
        {
            await one.AskAsync("rollback", Cancellation);
            Assert.Equal("1", await one.AskAsync("select 1", Cancellation));
            await one.SendAsync((byte[])[.. RawClient.Extended("select 1"), .. RawClient.Sync], Cancellation);
            Assert.Equal("12DCZ", await one.ReadTypesAsync(Cancellation));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A25_PreparedStatements_CannotBeReachedByAnotherDoor(int major, PoolMode mode)
    {
        await using var proxy = await GatedProxy.StartAsync(shared, major, mode, Cancellation);
        await using var client = await proxy.LogInAsync(Cancellation, "orders:read");

        // SQL to SQL, within a transaction so that pools keep the connection.
        await client.AskAsync("begin", Cancellation);
        await client.AskAsync("prepare mine as select count(*) from orders", Cancellation);
        Assert.Equal("100", await client.AskAsync("execute mine", Cancellation));
        await proxy.ChangePolicyAsync(static policy => policy.Deny.Add(new StatementRule { Relations = { "sales.orders" } }), Cancellation);
        Assert.Equal("42501", await client.RefusalAsync("execute mine", Cancellation));
        await client.AskAsync("rollback", Cancellation);
        await proxy.ChangePolicyAsync(static policy => policy.Deny.Clear(), Cancellation);

        Assert.Equal("26000", await client.RefusalAsync("execute nobodys", Cancellation));
        Assert.Equal("26000", await client.RefusalAsync("explain analyze execute pgoauth_1", Cancellation));
        await client.SendAsync((byte[])[.. RawClient.Message('P', RawClient.Text("wire"), RawClient.Text("select pay from salaries"), RawClient.Int16(0)), .. RawClient.Sync], Cancellation);
        Assert.Equal("EZ", await client.ReadTypesAsync(Cancellation));
        Assert.Equal("26000", await client.RefusalAsync("execute wire", Cancellation));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Definitions_OfTheSessionItself_AreKnownAtOnce(int major, PoolMode mode)
    {
        await using var proxy = await GatedProxy.StartAsync(shared, major, mode, Cancellation);
        await using var admin = await proxy.LogInAsync(Cancellation, "admin");
        await using var client = await proxy.LogInAsync(Cancellation, "orders:read");
        Assert.Equal("100", await client.AskAsync("select count(*) from orders", Cancellation));

        await admin.AskAsync("create table sales.fresh (id int, note text)", Cancellation);
        await admin.AskAsync("insert into sales.fresh values (1, 'x')", Cancellation);
        Assert.Equal("x", await admin.AskAsync("select note from fresh", Cancellation));
        Assert.Equal("42501", await client.RefusalAsync("select note from fresh", Cancellation));

        await admin.AskAsync("alter table sales.orders rename column customer to client", Cancellation);
        Assert.Equal("42703", await client.RefusalAsync("select customer from orders", Cancellation));
        Assert.NotNull(await client.AskAsync("select client from orders", Cancellation));
    }

    [Fact]
    public async Task Definitions_MadeBehindTheProxy_AreFoundByWhoAsksForThem()
    {
        await using var proxy = await GatedProxy.StartAsync(
            shared, 18, PoolMode.Session, Cancellation, configure: static options => options.Enforcement.Policy.Scopes["sales:read"] = new ScopeRules
            {
                Allow = { new StatementRule { Statements = { "select" }, Relations = { "sales.*" } } },
            });
        await using var source = NpgsqlDataSource.Create(proxy.Host.ForNpgsql(TestRoles.Engineer, proxy.Token("sales:read")));
        Assert.Equal(100L, await AskAsync("select count(*) from orders"));
        Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => AskAsync("select id from late"))).SqlState);
        await ProxyFixture.ExecuteAsync(
            proxy.Host.Server, proxy.Host.Database, "set role engineer; create table sales.late (id bigint); insert into sales.late values (7)", Cancellation);

        // A name that nobody knows is looked for every few seconds; the catalog itself is only a minute later due.
        var begun = Environment.TickCount64;
        object? answer = null;
        while (answer is null && Environment.TickCount64 - begun < 30_000)
        {
            try
            {
                answer = await AskAsync("select id from late");
            }
            catch (PostgresException refused) when (refused.SqlState == "42501")
            {
                await Task.Delay(200, Cancellation);
            }
        }

        Assert.Equal(7L, answer);

        async Task<object?> AskAsync(string sql)
        {
            await using var command = source.CreateCommand(sql);
            return await command.ExecuteScalarAsync(Cancellation);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task D20_DefinitionsInATransaction_CountBeforeItEnds(int major, PoolMode mode)
    {
        await using var proxy = await GatedProxy.StartAsync(
            shared, major, mode, Cancellation, configure: static options => options.Enforcement.Policy.Scopes["ddl"] = new ScopeRules
            {
                Allow =
                {
                    new StatementRule { Statements = { "ddl" }, Relations = { "sales.draft" } },
                    new StatementRule { Statements = { "select", "insert" }, Relations = { "sales.draft", "public.draft" } },
                },
            });
        await ProxyFixture.ExecuteAsync(proxy.Host.Server, proxy.Host.Database, "create table public.cards (number text); insert into public.cards values ('canary-shadow'); grant all on public.cards to engineer", Cancellation);
        await using var client = await proxy.LogInAsync(Cancellation, "ddl", "orders:read");

        await client.AskAsync("begin", Cancellation);
        await client.AskAsync("create table sales.draft (id int, note text)", Cancellation);
        await client.AskAsync("insert into draft values (1, 'x')", Cancellation);
        Assert.Equal("x", await client.AskAsync("select note from draft", Cancellation));
        Assert.Equal("42501", await client.RefusalAsync("select pay from salaries", Cancellation));
        await client.AskAsync("rollback", Cancellation);
        Assert.Equal("42501", await client.RefusalAsync("create table sales.other (id int)", Cancellation));

        // The table that the catalog knows goes away; its name then means the one behind it in the path, which nobody may read.
        await using var admin = await proxy.LogInAsync(Cancellation, "admin", "orders:read");
        await proxy.ChangePolicyAsync(static policy => policy.Scopes["admin"].Deny.Add(new StatementRule { Relations = { "public.cards" } }), Cancellation);
        Assert.Equal("anna", await admin.AskAsync("select owner from cards order by id", Cancellation));
        Assert.Equal("42501", await admin.RefusalAsync("drop table sales.cards; select number from cards", Cancellation));
        await admin.AskAsync("begin", Cancellation);
        await admin.AskAsync("drop table sales.cards", Cancellation);
        Assert.Equal("42501", await admin.RefusalAsync("select * from cards", Cancellation));
        await admin.AskAsync("rollback", Cancellation);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Definitions_OfOneSession_KeepNobodyElseWaiting(int major, PoolMode mode)
    {
        await using var proxy = await GatedProxy.StartAsync(shared, major, mode, Cancellation);
        await using var admin = await proxy.LogInAsync(Cancellation, "admin");
        await using var client = await proxy.LogInAsync(Cancellation, "orders:read");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var definitions = DefineAsync();
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal("100", await client.AskAsync("select count(*) from orders", Cancellation));
        }

        await stop.CancelAsync();
        Assert.True(await definitions > 0);

        async Task<int> DefineAsync()
        {
            var count = 0;
            for (; !stop.IsCancellationRequested; count++)
            {
                await admin.AskAsync($"create table sales.made_{count} (id int)", Cancellation);
            }

            return count;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Observe_LetsEverythingPass(int major, PoolMode mode)
    {
        await using var proxy = await GatedProxy.StartAsync(shared, major, mode, Cancellation, GateMode.Observe);
        await using var client = await proxy.LogInAsync(Cancellation);

        Assert.Equal("424242", await client.AskAsync("select pay from salaries", Cancellation));
        Assert.Equal("42501", await client.RefusalAsync("set role analyst", Cancellation));
        await client.SendAsync((byte[])[.. RawClient.Extended("select pay from salaries"), .. RawClient.Sync], Cancellation);
        Assert.Equal("12DCZ", await client.ReadTypesAsync(Cancellation));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Copy_NeedsItsScope(int major, PoolMode mode)
    {
        await using var proxy = await GatedProxy.StartAsync(shared, major, mode, Cancellation);
        await using var reader = await proxy.LogInAsync(Cancellation, "orders:read");
        await using var writer = await proxy.LogInAsync(Cancellation, "orders:read", "orders:write");

        Assert.Equal("42501", await reader.RefusalAsync("copy orders to stdout", Cancellation));
        await writer.SendAsync(RawClient.Query("copy (select id from orders where id < 3) to stdout"), Cancellation);
        Assert.Equal("HddcCZ", await writer.ReadTypesAsync(Cancellation));
        await writer.SendAsync(RawClient.Query("copy orders (customer, total) from stdin"), Cancellation);
        Assert.Equal('G', (await writer.ReadAsync(Cancellation)).Type);
        await writer.SendAsync((byte[])[.. RawClient.Message('d', Encoding.UTF8.GetBytes("x\t1\n")), .. RawClient.Message('c')], Cancellation);
        Assert.Equal("CZ", await writer.ReadTypesAsync(Cancellation));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task D04_LexerMode_IsNotSwitchedInAPipeline(int major, PoolMode mode)
    {
        await using var proxy = await GatedProxy.StartAsync(shared, major, mode, Cancellation);
        await using var client = await proxy.LogInAsync(Cancellation, "orders:read");

        // One literal; were backslashes escapes, it would end in front of the comma.
        const string twoWays = """select '\'' , number from cards --'""";
        Assert.Equal("\\' , number from cards --", await client.AskAsync(twoWays, Cancellation));
        foreach (var setting in new[] { "set standard_conforming_strings = off", "set client_encoding = 'SJIS'" })
        {
            await client.SendAsync((byte[])[.. RawClient.Extended(setting), .. RawClient.Extended(twoWays), .. RawClient.Sync], Cancellation);
            Assert.Equal("EZ", await client.ReadTypesAsync(Cancellation));
            await client.SendAsync((byte[])[.. RawClient.Query(setting), .. RawClient.Query(twoWays)], Cancellation);
            Assert.Equal("EZ", await client.ReadTypesAsync(Cancellation));
            Assert.Equal("\\' , number from cards --", await client.ReadValueAsync(Cancellation));
        }
    }

    // What remains is told in docs/threat-model.md.
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task D42_WhatSleepsLocksOrCounts_IsRefused_AndAnInsertTellsOneBit(int major, PoolMode mode)
    {
        await using var proxy = await GatedProxy.StartAsync(shared, major, mode, Cancellation, configure: static options =>
            options.Enforcement.Policy.AddScope("salaries:add", static scope => scope.Insert("sales.salaries")));
        await using var client = await proxy.LogInAsync(Cancellation, "orders:read", "salaries:add");

        foreach (var sql in new[]
        {
            "select pg_sleep(0)", "select case when number like '4%' then pg_sleep(0) end from cards", "select pg_try_advisory_xact_lock(42)", "select pg_advisory_lock(42)",
            "select name from salaries for update nowait", "select 1 from cards for update of cards nowait", "lock table salaries", "select count(*) from salaries",
            "select pg_stat_get_live_tuples('salaries'::regclass)", "analyze salaries", "explain select pay from salaries",
        })
        {
            Assert.Equal((sql, "42501"), (sql, await client.RefusalAsync(sql, Cancellation)));
        }

        Assert.Equal("INSERT 0 0", await TagAsync("insert into salaries values ('anna', 1) on conflict do nothing"));
        Assert.Equal("INSERT 0 1", await TagAsync("insert into salaries values ('berta', 1) on conflict do nothing"));
        Assert.Equal("42501", await client.RefusalAsync("insert into salaries values ('anna', 1) on conflict (name) do nothing", Cancellation));

        async Task<string> TagAsync(string sql)
        {
            await client.SendAsync(RawClient.Query(sql), Cancellation);
            var complete = (await client.ReadUntilReadyAsync(Cancellation)).Single(static message => message.Type == 'C');
            return Encoding.ASCII.GetString(complete.Body).TrimEnd('\0');
        }
    }

    private static byte[] Execution(string statement) =>
    [
        .. RawClient.Message('B', RawClient.Text(""), RawClient.Text(statement), RawClient.Int16(0), RawClient.Int16(0), RawClient.Int16(0)),
        .. RawClient.Message('E', RawClient.Text(""), RawClient.Int32(0)), .. RawClient.Sync,
    ];
}
