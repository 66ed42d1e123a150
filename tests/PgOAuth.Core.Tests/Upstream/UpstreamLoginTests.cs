using PgOAuth.Options;
using PgOAuth.Protocol;
using PgOAuth.Sessions;
using PgOAuth.Testing.Upstream;
using Xunit;
using static PgOAuth.Upstream.UpstreamTestBed;

namespace PgOAuth.Upstream;

public sealed class UpstreamLoginTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Connect_AssumeRole_SendsTheRoleAndKeepsWhatTheClientShallSee()
    {
        byte[] startup = [];
        await using var scripted = new ScriptedServer(async backend =>
        {
            startup = await backend.ReadUntypedAsync();
            await backend.SendAsync(BackendMessages.Notice("before"), BackendMessages.AuthenticationOk, BackendMessages.Notice("after"));
            await FinishLoginAsync(backend);
        });
        var result = await Connector().ConnectAsync(Request(Server(scripted.Port), null, UpstreamMode.AssumeRole, KeyValuePair.Create("application_name", "psql"), KeyValuePair.Create("pgoauth.sub", "ä")), Cancellation);

        Assert.True(result.IsConnected);
        await using var connection = result.Connection;
        Assert.Equal(ProtocolConstants.Version30, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(startup));
        Assert.Equal(
            [KeyValuePair.Create("user", "service"), KeyValuePair.Create("database", "shop"), KeyValuePair.Create("role", "analyst"), KeyValuePair.Create("application_name", "psql"), KeyValuePair.Create("pgoauth.sub", "ä")],
            ScriptedBackend.ParseStartup(startup));
        byte[] kept = [.. BackendMessages.Notice("after"), .. Settled[0], .. Settled[1]];
        Assert.Equal(kept, connection.StartupFrames.ToArray());
        Assert.Equal(4711, connection.ProcessId);
        Assert.Equal(SecretKey, connection.SecretKey.ToArray());
        Assert.True(connection.Channel.Buffered.IsEmpty);
        Assert.Equal(0, connection.Channel.Output.Length);
    }

    [Fact]
    public async Task Connect_LoginMode_SendsNoRole()
    {
        byte[] startup = [];
        await using var scripted = new ScriptedServer(async backend =>
        {
            startup = await backend.ReadUntypedAsync();
            await backend.SendAsync(BackendMessages.AuthenticationOk);
            await backend.SendAsync(Settled);
            await AnswerInspectionAsync(backend, session: "analyst");
            await backend.WaitForCloseAsync();
        });
        var result = await Connector().ConnectAsync(Request(Server(scripted.Port), null, UpstreamMode.Login), Cancellation);

        Assert.True(result.IsConnected, result.Failure.LogDetail);
        await result.Connection.DisposeAsync();
        Assert.Equal([KeyValuePair.Create("user", "analyst"), KeyValuePair.Create("database", "shop")], ScriptedBackend.ParseStartup(startup));
    }

    [Fact]
    public async Task Connect_LoginModeWithAnotherUsersCredential_IsRefusedBeforeDialing()
    {
        var request = Request(Server(1), null) with { Mode = UpstreamMode.Login };
        var result = await Connector().ConnectAsync(request, Cancellation);

        Assert.Equal(SessionEndReason.AuthorizationError, result.Failure.Reason);
    }

    [Fact]
    public async Task Connect_WithoutCredential_IsRefusedBeforeDialing()
    {
        var result = await Connector().ConnectAsync(Request(Server(1)) with { Credential = default }, Cancellation);

        Assert.Equal(SessionEndReason.AuthorizationError, result.Failure.Reason);
    }

    [Fact]
    public void Result_Default_IsAFailure()
    {
        Assert.False(default(UpstreamConnectResult).IsConnected);
        Assert.Equal(SessionEndReason.InternalError, default(UpstreamConnectResult).Failure.Reason);
        Assert.False(default(UpstreamStep).IsDone);
    }

    [Theory]
    [InlineData("role", "postgres")]
    [InlineData("ROLE", "postgres")]
    [InlineData("session_authorization", "postgres")]
    [InlineData("user", "postgres")]
    [InlineData("Database", "postgres")]
    [InlineData("replication", "true")]
    [InlineData("options", "-c role=postgres")]
    [InlineData("_pq_.x", "1")]
    [InlineData("", "x")]
    [InlineData("application_name", "a\0role\0postgres")]
    [InlineData("application_name\0role", "postgres")]
    public async Task Startup_ParameterThatWouldTouchTheIdentity_IsRefused(string name, string value)
    {
        var failure = await RefusedAsync(static b => b.WaitForCloseAsync(), change: r => r with { Parameters = [KeyValuePair.Create(name, value)] });

        Assert.Equal(SessionEndReason.StartupParameterRefused, failure.Reason);
    }

    [Theory]
    [InlineData(9_800, true)]
    [InlineData(10_000, false)]
    public async Task Startup_OfMoreThanPostgresTakes_IsRefusedReadably(int size, bool fits)
    {
        await using var scripted = new ScriptedServer(LogInAsync);
        var result = await Connector().ConnectAsync(Request(Server(scripted.Port), null, UpstreamMode.AssumeRole, KeyValuePair.Create("pgoauth.claims", new string('x', size))), Cancellation);

        Assert.Equal(fits, result.IsConnected);
        if (result.Connection is { } connection)
        {
            await connection.DisposeAsync();
        }
        else
        {
            Assert.Equal(SessionEndReason.StartupParameterRefused, result.Failure.Reason);
            Assert.Contains("too long", result.Failure.ClientMessage!, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("57P03", SessionEndReason.UpstreamNotReady, "57P03")]
    [InlineData("57P01", SessionEndReason.UpstreamNotReady, "57P03")]
    [InlineData("57P02", SessionEndReason.UpstreamNotReady, "57P03")]
    [InlineData("53300", SessionEndReason.UpstreamNotReady, "53300")]
    [InlineData("3D000", SessionEndReason.UpstreamDatabaseMissing, null)]
    [InlineData("28P01", SessionEndReason.UpstreamLoginFailed, null)]
    [InlineData("28000", SessionEndReason.UpstreamLoginFailed, null)]
    [InlineData("42501", SessionEndReason.UpstreamLoginFailed, null)]
    [InlineData("22023", SessionEndReason.UpstreamLoginFailed, null)]
    [InlineData("", SessionEndReason.UpstreamLoginFailed, null)]
    [InlineData("XX000", SessionEndReason.UpstreamLoginFailed, null)]
    public async Task Error_DuringLogin_BecomesItsReasonAndItsTextGoesToTheLogOnly(string sqlState, SessionEndReason reason, string? state)
    {
        var failure = await RefusedAsync(async backend =>
        {
            await backend.ReadUntypedAsync();
            await backend.SendAsync(BackendMessages.Error(sqlState, "server\nsays no"));
        });

        Assert.Equal(reason, failure.Reason);
        Assert.Equal(state, failure.SqlState);
        Assert.Contains("server?says no", failure.LogDetail!, StringComparison.Ordinal);
        Assert.DoesNotContain("says no", failure.ClientMessage ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Error_AboutAClientsParameter_NamesItToTheClient()
    {
        var failure = await RefusedAsync(
            async backend =>
            {
                await backend.ReadUntypedAsync();
                await backend.SendAsync(BackendMessages.AuthenticationOk, BackendMessages.Error("22023", "invalid value for parameter \"TimeZone\": \"x\""));
            },
            change: static r => r with { Credential = new UpstreamCredential("service", null), Parameters = [KeyValuePair.Create("TimeZone", "x")] });

        Assert.Equal(SessionEndReason.StartupParameterRefused, failure.Reason);
        Assert.Contains("TimeZone", failure.ClientMessage!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("12.9")]
    [InlineData("9.6.1")]
    [InlineData("")]
    [InlineData("99999999999999999999")]
    [InlineData("oops")]
    public async Task Login_ToSomethingOlderOrElse_IsRefused(string version)
    {
        var failure = await RefusedAsync(async backend =>
        {
            await backend.ReadUntypedAsync();
            await backend.SendAsync(BackendMessages.AuthenticationOk, BackendMessages.ParameterStatus("server_version", version), BackendMessages.ReadyForQuery());
        });

        Assert.Equal(SessionEndReason.UpstreamLoginFailed, failure.Reason);
    }

    [Theory]
    [InlineData("13.16")]
    [InlineData("14.13")]
    [InlineData("15.8 (Debian 15.8-0+deb12u1)")]
    [InlineData("16.4")]
    [InlineData("17.0")]
    public async Task AssumeRole_OnAServerThatLosesTheRoleOnReset_IsRefused(string version)
    {
        var failure = await RefusedAsync(async backend =>
        {
            await backend.ReadUntypedAsync();
            await backend.SendAsync(BackendMessages.AuthenticationOk, BackendMessages.ParameterStatus("server_version", version), BackendMessages.ReadyForQuery());
        });

        Assert.Equal(SessionEndReason.UpstreamLoginFailed, failure.Reason);
        Assert.Contains("CVE-2024-10978", failure.LogDetail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_ClosedByTheServer_IsUnreachable()
    {
        var failure = await RefusedAsync(static b => b.ReadUntypedAsync());

        Assert.Equal(SessionEndReason.UpstreamUnreachable, failure.Reason);
    }

    [Fact]
    public async Task Login_ToAPortNobodyListensOn_IsUnreachable()
    {
        int port;
        await using (var gone = new ScriptedServer(static _ => Task.CompletedTask))
        {
            port = gone.Port;
        }

        var result = await Connector().ConnectAsync(Request(Server(port)), Cancellation);

        Assert.Equal(SessionEndReason.UpstreamUnreachable, result.Failure.Reason);
    }

    [Fact]
    public async Task E04_SilentServer_EndsAtTheConnectTimeout()
    {
        var failure = await RefusedAsync(static b => b.WaitForCloseAsync(), static o => o.ConnectTimeout = TimeSpan.FromMilliseconds(200));

        Assert.Equal(SessionEndReason.UpstreamUnreachable, failure.Reason);
        Assert.Contains("did not answer", failure.LogDetail!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_Cancelled_Throws()
    {
        await using var scripted = new ScriptedServer(static b => b.WaitForCloseAsync());
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Connector().ConnectAsync(Request(Server(scripted.Port)), cancelled.Token));
    }

    [Fact]
    public async Task Cancel_GoesToTheSameAddressAndWaitsForTheServerToClose()
    {
        var received = new TaskCompletionSource<byte[]>();
        byte[] second = [];
        var mayClose = new TaskCompletionSource();
        var count = 0;
        await using var scripted = new ScriptedServer(async backend =>
        {
            if (Interlocked.Increment(ref count) == 1)
            {
                await LogInAsync(backend);
                return;
            }

            second = await backend.ReadUntypedAsync();
            received.TrySetResult(second);
            await mayClose.Task;
        });
        var result = await Connector().ConnectAsync(Request(Server(scripted.Port)), Cancellation);
        Assert.True(result.IsConnected, result.Failure.LogDetail);
        await using var connection = result.Connection;

        // The server has the request but has not closed: it may not have been handled yet.
        using (var impatient = new CancellationTokenSource())
        {
            var waiting = connection.CancelAsync(impatient.Token).AsTask();
            var first = await received.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
            Assert.False(waiting.IsCompleted);
            await impatient.CancelAsync();
            Assert.False(await waiting);
            Assert.Equal(16 - 4, first.Length);
        }

        mayClose.SetResult();
        Assert.True(await connection.CancelAsync(Cancellation));
        byte[] expected = [.. BackendMessages.Int32(ProtocolConstants.CancelRequestCode), .. BackendMessages.Int32(4711), .. SecretKey];
        Assert.Equal(expected, second);
    }

    [Fact]
    public async Task Cancel_WithoutKey_IsFalse()
    {
        await using var scripted = new ScriptedServer(async backend =>
        {
            await backend.ReadUntypedAsync();
            await backend.SendAsync(BackendMessages.AuthenticationOk, Settled[0], BackendMessages.ReadyForQuery());
            await AnswerInspectionAsync(backend);
            await backend.WaitForCloseAsync();
        });
        var result = await Connector().ConnectAsync(Request(Server(scripted.Port)), Cancellation);
        Assert.True(result.IsConnected, result.Failure.LogDetail);
        await using var connection = result.Connection;

        Assert.False(await connection.CancelAsync(Cancellation));
        Assert.Equal(1, scripted.ConnectionCount);
    }

    [Fact]
    public void Request_Printed_ShowsNeitherClaimsNorPassword()
    {
        var request = Request(Server(1), "sentinel-password", UpstreamMode.AssumeRole, KeyValuePair.Create("pgoauth.sub", "sentinel-subject"));

        Assert.DoesNotContain("sentinel", request.ToString(), StringComparison.Ordinal);
    }
}
