using System.Text;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.IntegrationTests.Relay;
using PgOAuth.Options;
using Xunit;

namespace PgOAuth.IntegrationTests.Pooling;

/// <summary>Two people with one role on the only server connection of a pool: who is who, and what neither can do to the other.</summary>
public sealed class SharedRoleTests(ProxyFixture shared)
{
    private const string Notes =
        """
        create table notes (owner text, body text);
        insert into notes values ('anna', 'anna''s'), ('berta', 'berta''s');
        alter table notes enable row level security;
        alter table notes force row level security;
        create policy own on notes using (owner = current_setting('pgoauth.sub', true))
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(LeftStateTests.Pools), MemberType = typeof(LeftStateTests))]
    public async Task B01_TenantsNeverShareAConnection_PeopleOfOneDo(int major, PoolMode mode)
    {
        await using var proxy = await PooledProxies.StartAsync(shared, major, mode, Cancellation, configure: static options => options.Pool.TenantClaim = "tenant");
        var processes = new List<string>();
        foreach (var (subject, tenant) in new[] { ("anna", "acme"), ("berta", "acme"), ("anna", "other"), ("anna", "acme") })
        {
            await using var client = await PooledProxies.LogInAsync(proxy, subject, Cancellation, tenant);
            processes.Add((await client.AskAsync("select pg_backend_pid()", Cancellation))!);
            Assert.Equal(subject, await client.AskAsync("select current_setting('pgoauth.sub')", Cancellation));
            await client.SendAsync(RawClient.Message('X'), Cancellation);
        }

        Assert.Equal(processes[0], processes[1]);
        Assert.Equal(processes[0], processes[3]);
        Assert.NotEqual(processes[0], processes[2]);
    }

    [Theory]
    [MemberData(nameof(LeftStateTests.Pools), MemberType = typeof(LeftStateTests))]
    public async Task PreparedStatements_RemovedBeforeThePreludeIsAnswered_LeaveTheSessionWhole(int major, PoolMode mode)
    {
        await using var proxy = await PooledProxies.StartAsync(shared, major, mode, Cancellation);
        await using var anna = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);
        await using var berta = mode is PoolMode.Transaction ? await PooledProxies.LogInAsync(proxy, "berta", Cancellation) : anna;
        foreach (var sql in new[] { "deallocate all", "discard plans; deallocate all", "discard all" })
        {
            Assert.Equal("anna", await anna.AskAsync("select current_setting('pgoauth.sub')", Cancellation));
            if (!sql.Contains(';', StringComparison.Ordinal))
            {
                await berta.SendAsync(
                    (byte[])[.. RawClient.Extended(sql), .. RawClient.Sync, .. RawClient.Extended("select 1"), .. RawClient.Sync, .. RawClient.Query("select 2")], Cancellation);
                Assert.Equal("12CZ", await TypesAsync());
                Assert.Equal("12DCZ", await TypesAsync());
                Assert.Equal("TDCZ", await TypesAsync());
            }

            Assert.Equal("anna", await anna.AskAsync("select current_setting('pgoauth.sub')", Cancellation));
            await berta.SendAsync(
                (byte[])[.. RawClient.Query(sql), .. RawClient.Extended("select nothing"), .. RawClient.Sync, .. RawClient.Extended("select 1"), .. RawClient.Sync], Cancellation);
            Assert.Equal("Z", (await TypesAsync()).TrimStart('C'));
            Assert.Equal("EZ", await TypesAsync());
            Assert.Equal("12DCZ", await TypesAsync());

            if (sql != "discard all")
            {
                // COPY, in which the server passes over a Sync.
                Assert.Equal("anna", await anna.AskAsync("select current_setting('pgoauth.sub')", Cancellation));
                await berta.SendAsync(
                    (byte[])[
                        .. RawClient.Query($"create temp table taken (a int); {sql}; copy taken from stdin; drop table taken"), .. RawClient.Sync,
                        .. RawClient.Message('d', "1\n"u8.ToArray()), .. RawClient.Message('c'), .. RawClient.Query("select 1")], Cancellation);
                Assert.Equal("GCCZ", (await TypesAsync()).TrimStart('C'));
                Assert.Equal("TDCZ", await TypesAsync());
            }
        }

        Assert.Equal(mode is PoolMode.Transaction ? "berta" : "anna", await berta.AskAsync("select current_setting('pgoauth.sub')", Cancellation));

        async Task<string> TypesAsync() => (await berta.ReadTypesAsync(Cancellation)).Replace("S", "", StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(LeftStateTests.Pools), MemberType = typeof(LeftStateTests))]
    public async Task B05_Claims_CannotBeChangedAndComeBackAfterAReset(int major, PoolMode mode)
    {
        await using var proxy = await PooledProxies.StartAsync(shared, major, mode, Cancellation);
        await using var client = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);
        foreach (var attempt in new[]
        {
            "set pgoauth.sub = 'berta'", "set local pgoauth.sub = 'berta'", "set \"PgOAuth\".\"Sub\" = 'berta'", "reset pgoauth.sub", "reset all",
            "select set_config('pgoauth.sub', 'berta', true)", "select set_config(x.n, 'berta', false) from (select 'pgoauth.sub' as n) x",
            "set role none", "set session authorization pgoauth_service", "update pg_settings set setting = 'berta' where name = 'pgoauth.sub'",
        })
        {
            Assert.Equal("42501", await client.RefusalAsync(attempt, Cancellation));
        }

        await client.AskAsync("discard all", Cancellation);
        Assert.Equal("anna", await client.AskAsync("select current_setting('pgoauth.sub')", Cancellation));

        // In one go, the claims are empty behind it until the server is idle: that denies, and never is somebody else's.
        await client.SendAsync(
            (byte[])[.. RawClient.Extended("discard all"), .. RawClient.Sync, .. RawClient.Extended("select current_setting('pgoauth.sub')"), .. RawClient.Sync], Cancellation);
        Assert.Null(await client.ReadValueAsync(Cancellation));
        Assert.Contains(await client.ReadValueAsync(Cancellation), new[] { "", "anna" });
        Assert.Equal("anna", await client.AskAsync("select current_setting('pgoauth.sub')", Cancellation));
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task B06_SharedRole_CannotPoisonFutureConnections(int major)
    {
        await using var proxy = await PooledProxies.StartAsync(shared, major, PoolMode.Transaction, Cancellation);
        await using var client = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);
        foreach (var attempt in new[]
        {
            "alter role engineer set search_path = evil", "alter role current_user set standard_conforming_strings = off", "alter user engineer password 'x'",
            $"alter database {proxy.Database} set work_mem = '1GB'", "alter role all set work_mem = '1GB'",
        })
        {
            Assert.Equal("42501", await client.RefusalAsync(attempt, Cancellation));
        }
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task B07_SharedRole_GivesNoPowerOverTheOthersConnection(int major)
    {
        await using var proxy = await PooledProxies.StartAsync(shared, major, PoolMode.Transaction, Cancellation, size: 2);
        await using var anna = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);
        await using var berta = await PooledProxies.LogInAsync(proxy, "berta", Cancellation);
        await anna.AskAsync("begin", Cancellation);
        var process = await anna.AskAsync("select pg_backend_pid() as annas_secret", Cancellation);

        Assert.NotEqual(process, await berta.AskAsync("select pg_backend_pid()", Cancellation));
        Assert.Equal("<insufficient privilege>", await berta.AskAsync($"select query from pg_stat_activity where pid = {process}", Cancellation));
        Assert.Equal("<insufficient privilege>", await berta.AskAsync($"select pg_stat_get_backend_activity(b) from pg_stat_get_backend_idset() b where pg_stat_get_backend_pid(b) = {process}", Cancellation));
        Assert.Equal("42501", await berta.RefusalAsync($"select pg_cancel_backend({process})", Cancellation));
        Assert.Equal("42501", await berta.RefusalAsync($"select pg_terminate_backend({process})", Cancellation));
        Assert.Equal("42501", await berta.RefusalAsync($"select pg_log_backend_memory_contexts({process})", Cancellation));
        await anna.AskAsync("commit", Cancellation);
    }

    [Theory]
    [MemberData(nameof(LeftStateTests.Pools), MemberType = typeof(LeftStateTests))]
    public async Task B08_Notification_ReachesNobodyWhoDoesNotListen(int major, PoolMode mode)
    {
        await using var proxy = await PooledProxies.StartAsync(shared, major, mode, Cancellation);
        await using (var first = await PooledProxies.LogInAsync(proxy, "anna", Cancellation))
        {
            await first.AskAsync("listen orders", Cancellation);
            await first.SendAsync(RawClient.Message('X'), Cancellation);
        }

        await using var next = await PooledProxies.LogInAsync(proxy, "berta", Cancellation);
        await next.AskAsync("select 1", Cancellation);
        await ProxyFixture.ExecuteAsync(proxy.Server, proxy.Database, "notify orders, 'for anna'", Cancellation);
        await next.SendAsync(RawClient.Query("select pg_sleep(0.1)"), Cancellation);
        Assert.DoesNotContain(await next.ReadUntilReadyAsync(Cancellation), static message => message.Type == 'A');
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task B13_PreparedStatement_IsPlannedForWhoeverExecutesIt(int major)
    {
        await using var proxy = await PooledProxies.StartAsync(shared, major, PoolMode.Transaction, Cancellation);
        await using var anna = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);
        await using var berta = await PooledProxies.LogInAsync(proxy, "berta", Cancellation);
        await anna.AskAsync(Notes, Cancellation);
        byte[] parse = RawClient.Message('P', RawClient.Text("mine"), RawClient.Text("select string_agg(body, ',') from notes"), RawClient.Int16(0));
        byte[] run =
        [
            .. RawClient.Message('B', RawClient.Text(""), RawClient.Text("mine"), RawClient.Int16(0), RawClient.Int16(0), RawClient.Int16(0)),
            .. RawClient.Message('E', RawClient.Text(""), RawClient.Int32(0)), .. RawClient.Sync,
        ];
        foreach (var client in new[] { anna, berta })
        {
            await client.SendAsync((byte[])[.. parse, .. RawClient.Sync], Cancellation);
            await client.ReadUntilReadyAsync(Cancellation);
        }

        // Often enough for a generic plan.
        for (var round = 0; round < 8; round++)
        {
            foreach (var (client, own) in new[] { (anna, "anna's"), (berta, "berta's") })
            {
                await client.SendAsync(run, Cancellation);
                Assert.Equal(own, await client.ReadValueAsync(Cancellation));
            }
        }
    }

    [Theory]
    [MemberData(nameof(LeftStateTests.Pools), MemberType = typeof(LeftStateTests))]
    public async Task B14_ReportedSettings_AreEachClientsOwn(int major, PoolMode mode)
    {
        await using var proxy = await PooledProxies.StartAsync(shared, major, mode, Cancellation, size: mode == PoolMode.Session ? 2 : 1);
        await using var anna = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);
        await using var berta = await PooledProxies.LogInAsync(proxy, "berta", Cancellation);
        await berta.AskAsync("set timezone = 'UTC'", Cancellation);

        await anna.SendAsync(RawClient.Query("set timezone = 'Asia/Tokyo'; set datestyle = 'SQL, DMY'"), Cancellation);
        var told = await anna.ReadUntilReadyAsync(Cancellation);
        Assert.Contains("TimeZone\0Asia/Tokyo\0", told.Where(static message => message.Type == 'S').Select(static message => Encoding.UTF8.GetString(message.Body)));

        await berta.SendAsync(RawClient.Query("show timezone"), Cancellation);
        Assert.DoesNotContain(await berta.ReadUntilReadyAsync(Cancellation), static message => message.Type == 'S');
        Assert.Equal("UTC", await berta.AskAsync("show timezone", Cancellation));
        Assert.Equal("Asia/Tokyo", await anna.AskAsync("show timezone", Cancellation));
        Assert.Equal("SQL, DMY", await anna.AskAsync("show datestyle", Cancellation));
        Assert.Equal("ISO, MDY", await berta.AskAsync("show datestyle", Cancellation));
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task B20_TwoPhaseCommit_IsRefused(int major)
    {
        await using var proxy = await PooledProxies.StartAsync(shared, major, PoolMode.Transaction, Cancellation);
        await using var client = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);
        await client.AskAsync("begin", Cancellation);

        Assert.Equal("42501", await client.RefusalAsync("prepare transaction 'left'", Cancellation));
        await client.AskAsync("rollback", Cancellation);
        Assert.Equal("0", await client.AskAsync("select count(*) from pg_prepared_xacts", Cancellation));
    }
}
