using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.IntegrationTests.Relay;
using PgOAuth.Options;
using Xunit;

namespace PgOAuth.IntegrationTests.Pooling;

/// <summary>What one person leaves on the only server connection of a pool, and what the next one finds there.</summary>
public class LeftStateTests(ProxyFixture shared) : PoolTestBase(shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<int, PoolMode> Pools => new(
        from major in new[] { 15, 18 } from mode in new[] { PoolMode.Session, PoolMode.Transaction } select (major, mode));

    [Theory]
    [MemberData(nameof(Pools))]
    public async Task B02_WhatASessionLeaves_IsGoneForTheNext(int major, PoolMode mode)
    {
        await using var proxy = await StartAsync(major, mode, Cancellation);
        var process = await RunAsync(
            proxy,
            "anna",
            "set work_mem = '7777kB'",
            "create temp table left_behind (secret text)",
            "select pg_advisory_lock(4711)",
            "listen left_channel",
            "prepare left_statement as select 'secret'",
            "declare left_cursor cursor with hold for select 'secret'");

        await using var next = await PooledProxies.LogInAsync(proxy, "berta", Cancellation);
        Assert.Equal(process, await next.AskAsync("select pg_backend_pid()", Cancellation));
        Assert.NotEqual("7777kB", await next.AskAsync("show work_mem", Cancellation));
        Assert.Null(await next.AskAsync("select to_regclass('pg_temp.left_behind')", Cancellation));
        Assert.Equal("0", await next.AskAsync("select count(*) from pg_locks where locktype = 'advisory'", Cancellation));
        Assert.Equal("0", await next.AskAsync("select count(*) from pg_listening_channels()", Cancellation));
        Assert.Equal("0", await next.AskAsync("select count(*) from pg_prepared_statements where name like 'left%'", Cancellation));
        Assert.Equal("0", await next.AskAsync("select count(*) from pg_cursors where name like 'left%'", Cancellation));
        Assert.Equal("26000", await next.RefusalAsync("execute left_statement", Cancellation));
    }

    [Theory]
    [MemberData(nameof(Pools))]
    public async Task B12_CursorWithHold_DoesNotOutliveItsSession(int major, PoolMode mode)
    {
        await using var proxy = await StartAsync(major, mode, Cancellation);
        await RunAsync(proxy, "anna", "begin; declare held cursor with hold for select 'anna''s'; commit");

        await using var next = await PooledProxies.LogInAsync(proxy, "berta", Cancellation);
        Assert.Equal("34000", await next.RefusalAsync("fetch all from held", Cancellation));
    }

    [Theory]
    [MemberData(nameof(Pools))]
    public async Task B11_TemporaryTable_DoesNotShadowTheNextSessionsTable(int major, PoolMode mode)
    {
        await using var proxy = await StartAsync(major, mode, Cancellation);
        await RunAsync(proxy, "anna", "create table public.accounts as select 'real' as what", "create temp table accounts as select 'shadow' as what");

        await using var next = await PooledProxies.LogInAsync(proxy, "berta", Cancellation);
        Assert.Equal("real", await next.AskAsync("select what from accounts", Cancellation));
    }

    [Theory]
    [MemberData(nameof(Pools))]
    public async Task B03_WhatNoResetUndoes_ClosesTheConnection(int major, PoolMode mode)
    {
        await using var proxy = await StartAsync(major, mode, Cancellation);
        foreach (var residue in new[] { "select setseed(0.5)", "set app.user_id = 'anna'" })
        {
            var process = await RunAsync(proxy, "anna", residue);

            await using var next = await PooledProxies.LogInAsync(proxy, "berta", Cancellation);
            Assert.NotEqual(process, await next.AskAsync("select pg_backend_pid()", Cancellation));
            Assert.Null(await next.AskAsync("select current_setting('app.user_id', true)", Cancellation));
            Assert.NotEqual("0.9851677175347999", await next.AskAsync("select random()", Cancellation));
        }
    }

    [Theory]
    [MemberData(nameof(Pools))]
    public async Task B04_NameOfASettingOfATransaction_IsNotSeenByAnotherPerson(int major, PoolMode mode)
    {
        await using var proxy = await StartAsync(major, mode, Cancellation);
        await RunAsync(proxy, "anna", "begin; set local app.tenant = 'acme'; commit");

        await using var next = await PooledProxies.LogInAsync(proxy, "berta", Cancellation);
        Assert.Null(await next.AskAsync("select current_setting('app.tenant', true)", Cancellation));
    }

    [Theory]
    [MemberData(nameof(Pools))]
    public async Task B10_SettingsOfTheSession_AreThoseOfANewConnection(int major, PoolMode mode)
    {
        const string Settings = "select string_agg(name || '=' || setting, ' ' order by name) from pg_settings where source = 'session' and name <> 'application_name' and name not like 'pgoauth.%'";
        await using var proxy = await StartAsync(major, mode, Cancellation);
        await using (var first = await PooledProxies.LogInAsync(proxy, "anna", Cancellation))
        {
            Assert.Null(await first.AskAsync(Settings, Cancellation));
            await first.AskAsync("set default_transaction_read_only = on", Cancellation);
            await first.AskAsync("set statement_timeout = 12345", Cancellation);
            await first.AskAsync("set search_path = pg_temp, public", Cancellation);
        }

        await using var next = await PooledProxies.LogInAsync(proxy, "berta", Cancellation);
        Assert.Null(await next.AskAsync(Settings, Cancellation));
        await next.AskAsync("create table writable ()", Cancellation);
    }

    [Theory]
    [MemberData(nameof(Pools))]
    public async Task B09_ClientThatDiesAnywhere_LeavesNothing(int major, PoolMode mode)
    {
        await using var proxy = await StartAsync(major, mode, Cancellation);
        byte[][] lasts =
        [
            RawClient.Query("prepare left_statement as select 1"),
            RawClient.Query("begin; prepare left_statement as select 1; create temp table left_behind ()"),
            RawClient.Query("begin; select 1/0"),
            RawClient.Extended("select pg_advisory_lock(4712)"),
            [.. RawClient.Extended("select pg_advisory_lock(4712)"), .. RawClient.Message('H')],
            RawClient.Query("copy (select generate_series(1, 100000)) to stdout"),
            RawClient.Query("copy sales.orders (customer, total) from stdin"),
            RawClient.Query("select pg_advisory_lock(4712), pg_sleep(600)"),
            RawClient.Query("select 1")[..9],
            RawClient.Message('P', RawClient.Text("left_statement"), RawClient.Text("select 1"), RawClient.Int16(0)),
        ];
        foreach (var last in lasts)
        {
            var dying = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);
            await dying.AskAsync("select 1", Cancellation);
            await dying.SendAsync(last, Cancellation);
            await Task.Delay(30, Cancellation);
            dying.Abort();

            await using var next = await PooledProxies.LogInAsync(proxy, "berta", Cancellation);
            Assert.Equal(
                "0",
                await next.AskAsync(
                    "select (select count(*) from pg_prepared_statements where name like 'left%') + (select count(*) from pg_cursors) + (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid())"
                    + " + (select count(*) from pg_class where relname = 'left_behind' and pg_table_is_visible(oid))",
                    Cancellation));
        }
    }

    /// <summary>Runs statements in one session and ends it.</summary>
    /// <returns>The server process that ran them.</returns>
    private static async Task<string> RunAsync(ProxyHost proxy, string subject, params string[] statements)
    {
        await using var client = await PooledProxies.LogInAsync(proxy, subject, Cancellation);
        var process = (await client.AskAsync("select pg_backend_pid()", Cancellation))!;
        foreach (var statement in statements)
        {
            await client.AskAsync(statement, Cancellation);
        }

        await client.SendAsync(RawClient.Message('X'), Cancellation);
        return process;
    }
}
