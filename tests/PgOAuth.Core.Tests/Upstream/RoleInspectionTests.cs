using Microsoft.Extensions.Logging.Abstractions;
using PgOAuth.Options;
using PgOAuth.Sessions;
using PgOAuth.Testing;
using PgOAuth.Testing.Upstream;
using Xunit;
using static PgOAuth.Upstream.UpstreamTestBed;

namespace PgOAuth.Upstream;

public sealed class RoleInspectionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("t", "f", SessionEndReason.UpstreamRoleUnsafe)]
    [InlineData("f", "t", SessionEndReason.UpstreamRoleUnsafe)]
    [InlineData("", "f", SessionEndReason.UpstreamRoleUnsafe)]
    [InlineData("f", "false", SessionEndReason.UpstreamRoleUnsafe)]
    [InlineData("true", "f", SessionEndReason.UpstreamRoleUnsafe)]
    public async Task C25_PrivilegedRole_IsRefused(string isCurrent, string isSession, SessionEndReason reason)
    {
        var failure = await InspectedAsync(b => AnswerInspectionAsync(b, isCurrentPrivileged: isCurrent, isSessionPrivileged: isSession));

        Assert.Equal(reason, failure.Reason);
    }

    [Theory]
    [InlineData("service", "service")]
    [InlineData("postgres", "service")]
    [InlineData("Analyst", "service")]
    [InlineData("analyst", "postgres")]
    [InlineData("", "service")]
    public async Task C25_SessionOfSomebodyElse_IsRefused(string current, string session)
    {
        var failure = await InspectedAsync(b => AnswerInspectionAsync(b, current, session));

        Assert.Equal(SessionEndReason.RoleEscaped, failure.Reason);
    }

    [Fact]
    public async Task C25_PrivilegedRolesAllowed_StillMustBeTheMappedOne()
    {
        var failure = await InspectedAsync(static b => AnswerInspectionAsync(b, "postgres", "service", "t", "t"), static r => r with { AllowPrivilegedRoles = true });

        Assert.Equal(SessionEndReason.RoleEscaped, failure.Reason);
    }

    [Fact]
    public async Task C25_NoRow_IsRefused()
    {
        var failure = await InspectedAsync(static async b =>
        {
            await b.ExpectAsync('Q');
            await b.SendAsync(BackendMessages.RowDescription("a"), BackendMessages.CommandComplete("SELECT 0"), BackendMessages.ReadyForQuery());
        });

        Assert.Equal(SessionEndReason.UpstreamRoleUnsafe, failure.Reason);
    }

    [Fact]
    public async Task C25_SeveralRows_AreRefused()
    {
        var row = BackendMessages.DataRow("analyst", "service", "f", "f");
        var failure = await InspectedAsync(async b =>
        {
            await b.ExpectAsync('Q');
            await b.SendAsync(row, row, row, BackendMessages.ReadyForQuery());
        });

        Assert.Equal(SessionEndReason.UpstreamProtocolViolation, failure.Reason);
    }

    public static TheoryData<byte[]> MalformedRows => new(
        BackendMessages.Message('D'),
        BackendMessages.DataRow("analyst", "service", "f"),
        BackendMessages.DataRow("analyst", "service", "f", "f", "f"),
        BackendMessages.Message('D', [0, 4, .. BackendMessages.Int32(-1), .. BackendMessages.Int32(-1), .. BackendMessages.Int32(-1), .. BackendMessages.Int32(-1)]),
        BackendMessages.Message('D', [0, 4, .. BackendMessages.Int32(int.MaxValue)]),
        BackendMessages.Message('D', [.. BackendMessages.DataRow("analyst", "service", "f", "f")[5..], 0]));

    [Theory]
    [MemberData(nameof(MalformedRows))]
    public async Task C25_MalformedRow_IsRefused(byte[] row)
    {
        var failure = await InspectedAsync(async b =>
        {
            await b.ExpectAsync('Q');
            await b.SendAsync(row, BackendMessages.ReadyForQuery());
        });

        Assert.Equal(SessionEndReason.UpstreamProtocolViolation, failure.Reason);
    }

    [Theory]
    [InlineData('T')]
    [InlineData('E')]
    public async Task C25_ReadyInATransaction_IsRefused(char status)
    {
        var failure = await InspectedAsync(async b =>
        {
            await b.ExpectAsync('Q');
            await b.SendAsync(BackendMessages.DataRow("analyst", "service", "f", "f"), BackendMessages.ReadyForQuery(status));
        });

        Assert.Equal(SessionEndReason.UpstreamProtocolViolation, failure.Reason);
    }

    [Fact]
    public async Task C25_ErrorInstead_IsRefused()
    {
        var failure = await InspectedAsync(static async b =>
        {
            await b.ExpectAsync('Q');
            await b.SendAsync(BackendMessages.DataRow("analyst", "service", "f", "f"), BackendMessages.Error("XX000", "oops", "ERROR"), BackendMessages.ReadyForQuery());
        });

        Assert.Equal(SessionEndReason.UpstreamLoginFailed, failure.Reason);
    }

    [Fact]
    public async Task Inspection_SafeAnswer_IsRememberedForFiveMinutesAndForThatRoleOnly()
    {
        var time = new ManualTimeProvider();
        var inspections = 0;
        await using var scripted = new ScriptedServer(async b =>
        {
            var startup = ScriptedBackend.ParseStartup(await b.ReadUntypedAsync());
            await b.SendAsync(BackendMessages.AuthenticationOk);
            await b.SendAsync(Settled);
            await AnswerInspectionAsync(b, startup.Single(p => p.Key == "role").Value, asked: () => Interlocked.Increment(ref inspections));
            await b.WaitForCloseAsync();
        });
        var connector = new UpstreamConnector(time, NullLogger.Instance, TestTransport.Dialer);
        var request = Request(Server(scripted.Port), null);
        async Task<int> InspectionsAfterAsync(UpstreamConnectRequest next)
        {
            var result = await connector.ConnectAsync(next, Cancellation);
            Assert.True(result.IsConnected, result.Failure.LogDetail);
            await result.Connection.DisposeAsync();
            return Volatile.Read(ref inspections);
        }

        Assert.Equal(1, await InspectionsAfterAsync(request));
        Assert.Equal(1, await InspectionsAfterAsync(request));
        Assert.Equal(2, await InspectionsAfterAsync(request with { Role = "other" }));
        Assert.Equal(3, await InspectionsAfterAsync(request with { AllowPrivilegedRoles = true }));
        time.Advance(TimeSpan.FromMinutes(4.9));
        Assert.Equal(3, await InspectionsAfterAsync(request));
        time.Advance(TimeSpan.FromMinutes(0.2));
        Assert.Equal(4, await InspectionsAfterAsync(request));
    }

    [Fact]
    public async Task Inspection_UnsafeAnswer_IsNotRemembered()
    {
        var answer = "t";
        await using var scripted = new ScriptedServer(async b =>
        {
            await b.ReadUntypedAsync();
            await b.SendAsync(BackendMessages.AuthenticationOk);
            await b.SendAsync(Settled);
            await AnswerInspectionAsync(b, isCurrentPrivileged: answer);
            await b.WaitForCloseAsync();
        });
        var connector = Connector();
        var request = Request(Server(scripted.Port), null);
        Assert.Equal(SessionEndReason.UpstreamRoleUnsafe, (await connector.ConnectAsync(request, Cancellation)).Failure.Reason);
        answer = "f";
        var corrected = await connector.ConnectAsync(request, Cancellation);

        Assert.True(corrected.IsConnected, corrected.Failure.LogDetail);
        await corrected.Connection.DisposeAsync();
    }

    [Fact]
    public async Task A11_Question_QualifiesEveryNameAndOperator()
    {
        var question = "";
        await InspectedAsync(async b => question = System.Text.Encoding.UTF8.GetString(await b.ExpectAsync('Q')));

        var unqualified = question.Replace("OPERATOR(pg_catalog.=)", "", StringComparison.Ordinal).Replace("pg_catalog.pg_roles", "", StringComparison.Ordinal);
        Assert.NotEqual(question, unqualified);
        Assert.All("=<>+-*/~!@#%^&|`?(:", c => Assert.False(unqualified.Contains(c, StringComparison.Ordinal), $"{c}"));
        Assert.DoesNotContain("pg_", unqualified, StringComparison.Ordinal);
    }

    private static Task<SessionFailure> InspectedAsync(Func<ScriptedBackend, Task> inspection, Func<UpstreamConnectRequest, UpstreamConnectRequest>? change = null) =>
        RefusedAsync(
            async b =>
            {
                await b.ReadUntypedAsync();
                await b.SendAsync(BackendMessages.AuthenticationOk);
                await b.SendAsync(Settled);
                await inspection(b);
            },
            change: r => (change?.Invoke(r) ?? r) with { Credential = new UpstreamCredential("service", null) });
}
