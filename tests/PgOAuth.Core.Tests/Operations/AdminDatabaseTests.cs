using System.Buffers.Binary;
using PgOAuth.Diagnostics;
using PgOAuth.Testing;
using PgOAuth.Testing.Wire;
using Xunit;
using static PgOAuth.Testing.Upstream.BackendMessages;

namespace PgOAuth.Operations;

/// <summary>The admin database over the wire, by both protocols.</summary>
public sealed class AdminDatabaseTests : IAsyncLifetime
{
    private ProxyTestBed _bed = null!;
    private AdminClient _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _bed = await ProxyTestBed.StartAsync(static options => options.Admin.Scope = AdminClient.Scope, plaintext: true);
        _admin = await AdminClient.OpenAsync(_bed);
    }

    public async ValueTask DisposeAsync()
    {
        await _admin.DisposeAsync();
        await _bed.DisposeAsync();
    }

    [Theory]
    [InlineData("SHOW POOLS", "database,user,server,tenant,cl_active,cl_waiting,sv_active,sv_idle,sv_used,sv_login,maxwait,maxwait_us,pool_mode")]
    [InlineData("show clients;", "id,user,database,state,addr,connect_time,wait,wait_us,remote_pid,tls,application_name,subject")]
    [InlineData("/* from a tool */ Show Servers -- all", "server,user,database,state,addr,remote_pid,connect_time,link,prepared_statements")]
    [InlineData("SHOW STATS", "database,total_server_assignment_count,total_xact_count,total_query_count,total_received,total_sent,total_xact_time,total_query_time,total_wait_time")]
    [InlineData("SHOW CONFIG", "key,value")]
    [InlineData("SHOW VERSION", "version")]
    [InlineData("HELP", "command,meaning")]
    public async Task Show_AnswersWithItsColumns(string command, string columns)
    {
        var answer = await _admin.AskAsync(command);

        Assert.Equal(columns, string.Join(',', AdminClient.Columns(answer)));
        Assert.Equal("SHOW\0", answer[^2].Text);
    }

    [Fact]
    public async Task Show_OfASession_TellsWhoItIsAndWhatItHas()
    {
        await using var client = await _bed.ConnectAsync();
        await client.LogInAsync("good", LoginMessages.StartupMessage(LoginMessages.Version30, "user", "app", "database", "shop", "application_name", "till"));

        var rows = await _admin.RowsAsync("SHOW CLIENTS");
        Assert.Equal(2, rows.Count);
        Assert.Equal(["1", "app", "pgoauth", "admin"], rows[0][..4]);
        Assert.Equal(["2", "app", "shop", "active"], rows[1][..4]);
        Assert.StartsWith("127.0.0.1:", rows[1][4], StringComparison.Ordinal);
        Assert.Equal(["0", "0", "4711", "off", "till", "alice"], rows[1][6..]);

        var server = Assert.Single(await _admin.RowsAsync("SHOW SERVERS"));
        Assert.Equal(["main", "app", "shop", "active"], server[..4]);
        Assert.Equal(("4711", "2", "0"), (server[5], server[7], server[8]));

        var pool = Assert.Single(await _admin.RowsAsync("SHOW POOLS"));
        Assert.Equal(["shop", "app", "main", "", "1", "0", "1", "0", "0", "0", "0", "0", "none"], pool);
    }

    [Fact]
    public async Task Config_SaysWhatIsInForce()
    {
        var config = (await _admin.RowsAsync("SHOW CONFIG")).ToDictionary(static row => row[0], static row => row[1]);

        Assert.Equal(("10000", "00:00:25", "db.admin", TestTransport.Kind.ToString()), (config["Limits:MaxConnections"], config["Limits:DrainTimeout"], config["Admin:Scope"], config["Transport:Kind"]));
        Assert.Equal("127.0.0.1", config["Upstream:Servers:main:Host"]);
    }

    [Theory]
    [InlineData("SELECT 1")]
    [InlineData("SHOW")]
    [InlineData("SHOW TABLES")]
    [InlineData("SHOW POOLS WHERE true")]
    [InlineData("PAUSE a b")]
    [InlineData("PAUSE my-shop")]
    [InlineData("KILL")]
    [InlineData("KILL -1")]
    [InlineData("KILL 99999999999999999999")]
    [InlineData("SHUTDOWN IMMEDIATE")]
    [InlineData("SET pool_size = 5")]
    [InlineData("SHOW POOLS; DROP TABLE x")]
    [InlineData("PAUSE \"unterminated")]
    public async Task UnknownCommand_Is42601WithAHint_AndChangesNothing(string command)
    {
        var answer = await _admin.AskAsync(command);

        var error = WireError.Parse(answer[0].Body);
        Assert.Equal(("ERROR", "42601"), (error.Severity, error.SqlState));
        Assert.Contains("SHOW POOLS", error.Hint, StringComparison.Ordinal);
        Assert.Equal(['E', 'Z'], answer.Select(static message => message.Type));
        Assert.False(_bed.Proxy.Resume());
    }

    [Theory]
    [InlineData("", "IZ")]
    [InlineData(" ; -- nothing", "IZ")]
    [InlineData("SET extra_float_digits = 3", "CZ")]
    [InlineData("SET application_name TO 'x'; DISCARD ALL", "CCZ")]
    public async Task WhatDriversSend_IsTaken(string command, string types)
    {
        Assert.Equal(types, string.Concat((await _admin.AskAsync(command)).Select(static message => message.Type)));
    }

    [Fact]
    public async Task Kill_EndsTheSessionWith57P01_AndSaysWhenThereIsNone()
    {
        await using var client = await _bed.ConnectAsync();
        await client.LogInAsync("good");

        Assert.Equal("KILL", await _admin.TagAsync("KILL 2"));
        var fatal = await client.ExpectFatalAsync();
        Assert.Equal(("57P01", ""), (fatal.SqlState, fatal.Hint));

        await Eventually.TrueAsync(() => _bed.Proxy.ActiveSessions == 1, () => _bed.Log.AllText);
        var error = await _admin.ErrorAsync("KILL 2");
        Assert.Equal(("42704", "there is no session 2"), (error.SqlState, error.Message));
        Assert.Contains(_bed.Log.Lines, static line => line.EventId.Id == PgOAuthEventIds.SessionEnded && line.Message.Contains("killed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Kill_OfADatabase_EndsItsSessionsOnly()
    {
        await using var shop = await _bed.ConnectAsync();
        await shop.LogInAsync("good");
        await using var store = await _bed.ConnectAsync();
        await store.LogInAsync("good", LoginMessages.StartupMessage(LoginMessages.Version30, "user", "app", "database", "My Store"));

        Assert.Equal("KILL", await _admin.TagAsync("KILL \"My Store\""));
        Assert.Equal("57P01", (await store.ExpectFatalAsync()).SqlState);
        Assert.Equal("database \"my\" has no sessions", (await _admin.ErrorAsync("KILL my")).Message);
        Assert.Contains(_bed.Proxy.GetClients(), static client => client is { Database: "shop", State: ClientState.Active });
    }

    [Fact]
    public async Task Kill_OfASessionThatIsLoggingIn_EndsItToo()
    {
        await using var client = await _bed.ConnectAsync();
        await client.SendAsync(LoginMessages.GoodStartup);
        await client.ExpectAuthenticationAsync(3);

        Assert.Equal("login", (await _admin.RowsAsync("SHOW CLIENTS"))[1][3]);
        Assert.Equal("KILL", await _admin.TagAsync("KILL 2"));
        Assert.Equal("57P01", (await client.ExpectFatalAsync()).SqlState);
    }

    [Fact]
    public async Task Pause_HoldsNewSessionsBack_UntilResume()
    {
        Assert.Equal("PAUSE", await _admin.TagAsync("PAUSE shop"));
        await using var client = await _bed.ConnectAsync();
        var login = client.LogInAsync("good");
        await using var other = await _bed.ConnectAsync();
        await other.LogInAsync("good", LoginMessages.StartupMessage(LoginMessages.Version30, "user", "app", "database", "store"));
        Assert.False(login.IsCompleted);
        Assert.Equal(1, _bed.UpstreamConnections);

        Assert.Equal("RESUME", await _admin.TagAsync("RESUME"));
        await login;
        var error = await _admin.ErrorAsync("RESUME shop");
        Assert.Equal(("55000", "database \"shop\" is not paused"), (error.SqlState, error.Message));
        Assert.Equal("55000", (await _admin.ErrorAsync("RESUME")).SqlState);
    }

    [Fact]
    public async Task Reconnect_OfSessionsWithServersOfTheirOwn_LeavesThem()
    {
        await using var client = await _bed.ConnectAsync();
        await client.LogInAsync("good");

        Assert.Equal("RECONNECT", await _admin.TagAsync("RECONNECT shop"));
        await client.SendAsync(FrontendMessages.Query("SELECT 1"));
        await client.ReadUntilReadyAsync();
    }

    [Fact]
    public async Task Extended_ParseDescribeBindExecute_AnswersAsASeverWould()
    {
        await _admin.Client.SendAsync(
            FrontendMessages.Parse("SHOW HELP", "s"), FrontendMessages.Describe("s"), FrontendMessages.Bind("p", "s"), DescribePortal("p"),
            FrontendMessages.Execute("p", 2), FrontendMessages.Execute("p"), FrontendMessages.Sync);

        var answer = await _admin.ReadAsync();

        Assert.Equal("1tT2TDDs" + new string('D', 10) + "CZ", string.Concat(answer.Select(static message => message.Type)));
    }

    [Fact]
    public async Task Extended_BinaryFormat_GivesInt8InEightBytes()
    {
        var bind = Message('B', [.. CString(""), .. CString(""), .. Int16(0), .. Int16(0), .. Int16(1), .. Int16(1)]);
        await _admin.Client.SendAsync(FrontendMessages.Parse("SHOW CLIENTS"), bind, FrontendMessages.Execute(), FrontendMessages.Sync);

        var row = (await _admin.ReadAsync()).Single(static message => message.Type == 'D').Body;

        Assert.Equal((8, 1L), (BinaryPrimitives.ReadInt32BigEndian(row.AsSpan(2)), BinaryPrimitives.ReadInt64BigEndian(row.AsSpan(6))));
    }

    [Fact]
    public async Task Extended_AnError_SkipsToSync()
    {
        await _admin.Client.SendAsync(
            FrontendMessages.Parse("SELECT 1"), FrontendMessages.Bind(), FrontendMessages.Execute(), FrontendMessages.Parse("PAUSE"), FrontendMessages.Bind(),
            FrontendMessages.Execute(), FrontendMessages.Sync, FrontendMessages.Parse(""), FrontendMessages.Bind(), FrontendMessages.Execute(), FrontendMessages.Sync);

        Assert.Equal("EZ", string.Concat((await _admin.ReadAsync()).Select(static message => message.Type)));
        Assert.Equal("12IZ", string.Concat((await _admin.ReadAsync()).Select(static message => message.Type)));
        Assert.False(_bed.Proxy.Resume());
    }

    [Fact]
    public async Task Extended_WhatDoesNotExistOrFit_IsAnError()
    {
        var withParameter = Message('B', [.. CString(""), .. CString(""), .. Int16(0), .. Int16(1), .. Int32(1), (byte)'x', .. Int16(0)]);
        var formats = Message('B', [.. CString(""), .. CString(""), .. Int16(0), .. Int16(0), .. Int16(2), .. Int16(0), .. Int16(0)]);
        var cases = new (byte[][] Messages, string SqlState)[]
        {
            ([FrontendMessages.Bind("", "nothing")], "26000"),
            ([FrontendMessages.Describe("nothing")], "26000"),
            ([FrontendMessages.Execute("nothing")], "34000"),
            ([DescribePortal("nothing")], "34000"),
            ([FrontendMessages.Parse("RELOAD"), withParameter], "08P01"),
            ([FrontendMessages.Parse("RELOAD"), formats], "08P01"),
            ([FrontendMessages.Parse("SHOW POOLS; RELOAD")], "42601"),
            ([FrontendMessages.Parse("SHOW POOLS", "twice"), FrontendMessages.Parse("SHOW POOLS", "twice")], "42P05"),
            ([FrontendMessages.Parse("KILL 99"), FrontendMessages.Bind(), FrontendMessages.Execute()], "42704"),
        };
        foreach (var (messages, sqlState) in cases)
        {
            await _admin.Client.SendAsync([.. messages, FrontendMessages.Sync]);
            Assert.Equal(sqlState, WireError.Parse((await _admin.ReadAsync()).Single(static message => message.Type == 'E').Body).SqlState);
        }
    }

    [Theory]
    [InlineData('F')]
    [InlineData('B')]
    [InlineData('?')]
    public async Task MalformedMessage_EndsTheSession(char type)
    {
        await _admin.Client.SendAsync(Message(type, [1, 2, 3]));

        Assert.Equal("08P01", (await _admin.Client.ExpectFatalAsync()).SqlState);
    }

    [Fact]
    public async Task Terminate_EndsTheSession()
    {
        await _admin.Client.SendAsync(FrontendMessages.Terminate);

        await _admin.Client.ExpectCloseAsync();
        await _bed.SettleAsync();
    }

    private static byte[] DescribePortal(string name) => Message('D', [(byte)'P', .. CString(name)]);
}
