using System.Text;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Options;
using PgOAuth.Sessions;
using PgOAuth.Upstream;
using Xunit;

namespace PgOAuth.IntegrationTests.Upstream;

public sealed class UpstreamLoginTests(UpstreamPostgres postgres) : UpstreamTestBase(postgres)
{
    public static TheoryData<int> Majors => PostgresMajors.All;

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task AssumeRole_BecomesTheRoleAndStaysItAfterReset(int major)
    {
        await using var connection = await ConnectAsync(major, change: static r => r with
        {
            Parameters = [KeyValuePair.Create("application_name", "tests"), KeyValuePair.Create("pgoauth.sub", "älice")],
        });

        Assert.Equal("analyst", await QueryAsync(connection, "select current_user"));
        Assert.Equal("service", await QueryAsync(connection, "select session_user"));
        Assert.Equal("analyst", await QueryAsync(connection, "reset role; select current_user"));
        Assert.Equal("", await QueryAsync(connection, "discard all"));
        Assert.Equal("analyst", await QueryAsync(connection, "select current_user"));
        Assert.Equal("älice", await QueryAsync(connection, "select current_setting('pgoauth.sub')"));
        Assert.Equal("tests", await QueryAsync(connection, "show application_name"));
        Assert.Contains($"server_version\0{major}.", Encoding.UTF8.GetString(connection.StartupFrames.Span), StringComparison.Ordinal);
        Assert.Equal(connection.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture), await QueryAsync(connection, "select pg_backend_pid()"));
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Login_IsTheRoleItself(int major)
    {
        await using var connection = await ConnectAsync(major, user: "analyst", change: static r => r with { Mode = UpstreamMode.Login });

        Assert.Equal("analyst", await QueryAsync(connection, "select session_user"));
        Assert.Equal("none", await QueryAsync(connection, "show role"));
    }

    [Theory]
    [InlineData(15, ChannelBindingMode.Disable)]
    [InlineData(15, ChannelBindingMode.Prefer)]
    [InlineData(15, ChannelBindingMode.Require)]
    [InlineData(18, ChannelBindingMode.Disable)]
    [InlineData(18, ChannelBindingMode.Prefer)]
    [InlineData(18, ChannelBindingMode.Require)]
    public async Task Scram_OverTls_IsBoundAsAsked(int major, ChannelBindingMode mode)
    {
        await using var connection = await ConnectAsync(major, "tls_service", configure: o =>
        {
            VerifyFull(o);
            o.ChannelBinding = mode;
        });

        Assert.Equal("true", await SslAsync(major, connection, "ssl"));
    }

    [Theory]
    [InlineData(15, "unprepared", UpstreamPostgres.UnpreparedPassword)]
    [InlineData(15, "unprepared", "IX \u00fc")]
    [InlineData(15, "prohibited", UpstreamPostgres.ProhibitedPassword)]
    [InlineData(18, "unprepared", UpstreamPostgres.UnpreparedPassword)]
    [InlineData(18, "unprepared", "IX \u00fc")]
    [InlineData(18, "prohibited", UpstreamPostgres.ProhibitedPassword)]
    public async Task Scram_PasswordBeyondAscii_IsPreparedAsPostgresDoes(int major, string user, string password)
    {
        await using var connection = await ConnectAsync(major, user, password);

        Assert.Equal(user, await QueryAsync(connection, "select session_user"));
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Scram_WrongPassword_IsRefused(int major)
    {
        var failure = await RefusedAsync(major, password: "wrong");

        Assert.Equal(SessionEndReason.UpstreamLoginFailed, failure.Reason);
        Assert.Contains("28P01", failure.LogDetail!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(15, "md5_service")]
    [InlineData(15, "clear_service")]
    [InlineData(18, "md5_service")]
    [InlineData(18, "clear_service")]
    public async Task WeakMethods_WorkOnlyWhenAllowed(int major, string user)
    {
        var refused = await RefusedAsync(major, user);
        Assert.Contains("does not allow", refused.LogDetail!, StringComparison.Ordinal);

        await using var connection = await ConnectAsync(major, user, configure: static o => (o.AllowMd5Password, o.AllowCleartextPassword) = (true, true));
        Assert.Equal("analyst", await QueryAsync(connection, "select current_user"));
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task UnixSocket_Connects(int major)
    {
        var folder = (await ServerAsync(major)).SocketDirectory!;
        await using var connection = await ConnectAsync(major, password: null, configure: o => o.Host = folder);

        Assert.Equal("local", await QueryAsync(connection, "select coalesce(inet_client_addr()::text, 'local')"));
        Assert.True(await connection.CancelAsync(Cancellation));
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Refusals_OfTheServer_GetTheirReasons(int major)
    {
        var database = await RefusedAsync(major, change: static r => r with { Database = "no_such_database" });
        var missingRole = await RefusedAsync(major, role: "no_such_role");
        var ungrantedRole = await RefusedAsync(major, role: "engineer");
        var full = await RefusedAsync(major, "full_service");
        var parameter = await RefusedAsync(major, change: static r => r with { Parameters = [KeyValuePair.Create("TimeZone", "Nowhere")] });
        var tlsOnly = await RefusedAsync(major, "tls_service");
        var unasked = await RefusedAsync(major, password: null);

        Assert.Equal(SessionEndReason.UpstreamDatabaseMissing, database.Reason);
        Assert.Equal(SessionEndReason.UpstreamLoginFailed, missingRole.Reason);
        Assert.Contains("GRANT \"no_such_role\" TO \"service\"", missingRole.LogDetail!, StringComparison.Ordinal);
        Assert.Equal(SessionEndReason.UpstreamLoginFailed, ungrantedRole.Reason);
        Assert.Contains("GRANT \"engineer\" TO \"service\"", ungrantedRole.LogDetail!, StringComparison.Ordinal);
        Assert.Equal((SessionEndReason.UpstreamNotReady, "53300"), (full.Reason, full.SqlState));
        Assert.Equal(SessionEndReason.StartupParameterRefused, parameter.Reason);
        Assert.Contains("TimeZone", parameter.ClientMessage!, StringComparison.Ordinal);
        Assert.Equal(SessionEndReason.UpstreamLoginFailed, tlsOnly.Reason);
        Assert.Contains("none is configured", unasked.LogDetail!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(15, false)]
    [InlineData(15, true)]
    [InlineData(18, false)]
    [InlineData(18, true)]
    public async Task Cancel_EndsTheRunningStatementAndNoLaterOne(int major, bool tls)
    {
        await using var connection = await ConnectAsync(major, tls ? "tls_service" : "service", configure: tls ? VerifyFull : null);
        await SendQueryAsync(connection, "select pg_sleep(300)");
        var server = await ServerAsync(major);
        var running = $"select count(*)::text from pg_stat_activity where pid = {connection.ProcessId} and state = 'active' and query like '%pg_sleep(300)%'";
        for (var attempt = 0; attempt < 300 && await Development.EmbeddedPostgresTests.ScalarAsync(server.ConnectionString, running) != "1"; attempt++)
        {
            await Task.Delay(20, Cancellation);
        }

        Assert.True(await connection.CancelAsync(Cancellation));
        Assert.Equal("ERROR 57014", await ReadAnswerAsync(connection));
        Assert.True(await connection.CancelAsync(Cancellation));
        Assert.Equal("1", await QueryAsync(connection, "select 1"));
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task C25_RoleWithTooMuchPower_IsRefusedUnlessAllowed(int major)
    {
        foreach (var role in new[] { "boss", "duplicator", "bypasser" })
        {
            var failure = await RefusedAsync(major, role: role);
            Assert.Equal(SessionEndReason.UpstreamRoleUnsafe, failure.Reason);
            Assert.Contains($"\"{role}\"", failure.LogDetail!, StringComparison.Ordinal);
        }

        var service = await RefusedAsync(major, "strong_service", null);
        Assert.Equal(SessionEndReason.UpstreamRoleUnsafe, service.Reason);
        Assert.Contains("\"strong_service\"", service.LogDetail!, StringComparison.Ordinal);
        var login = await RefusedAsync(major, "postgres", null, "postgres", change: static r => r with { Mode = UpstreamMode.Login });
        Assert.Equal(SessionEndReason.UpstreamRoleUnsafe, login.Reason);

        await using var allowed = await ConnectAsync(major, role: "boss", change: static r => r with { AllowPrivilegedRoles = true });
        Assert.Equal("boss", await QueryAsync(allowed, "select current_user"));
    }

    [Theory]
    [InlineData(15, "none")]
    [InlineData(15, "\"analyst\"")]
    [InlineData(15, "ANALYST")]
    [InlineData(15, "x\" SUPERUSER")]
    [InlineData(18, "none")]
    [InlineData(18, "\"analyst\"")]
    [InlineData(18, "ANALYST")]
    [InlineData(18, "x\" SUPERUSER")]
    public async Task C25_RoleNameThatMeansAnother_IsRefused(int major, string role)
    {
        var failure = await RefusedAsync(major, role: role);

        Assert.True(failure.Reason is SessionEndReason.UpstreamLoginFailed or SessionEndReason.RoleEscaped, failure.Reason.ToString());
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A11_ShadowedOperatorsAndCatalogs_DoNotMislead(int major)
    {
        var server = await ServerAsync(major);
        await ProxyFixture.ExecuteAsync(
            server,
            "shop",
            """
            drop schema if exists evil cascade;
            create schema evil;
            grant usage on schema evil to public;
            create function evil.eq(name, name) returns bool language plpgsql as 'begin raise exception ''shadowed''; end';
            create operator evil.= (leftarg = name, rightarg = name, function = evil.eq);
            create view evil.pg_roles as select rolname, false as rolsuper, false as rolreplication, false as rolbypassrls from pg_catalog.pg_roles;
            grant select on evil.pg_roles to public;
            """,
            Cancellation);
        Func<UpstreamConnectRequest, UpstreamConnectRequest> shadowed = static r => r with { Parameters = [KeyValuePair.Create("search_path", "evil, pg_catalog")] };

        await using var connection = await ConnectAsync(major, change: shadowed);
        var boss = await RefusedAsync(major, role: "boss", change: shadowed);

        Assert.Equal("ERROR P0001", await QueryAsync(connection, "select rolname from pg_roles where rolname = current_user"));
        Assert.Equal(SessionEndReason.UpstreamRoleUnsafe, boss.Reason);
    }
}
