using System.Text;
using PgOAuth.Enforcement;
using PgOAuth.Sql;
using PgOAuth.Testing.Enforcement;
using Xunit;

namespace PgOAuth.IntegrationTests.Enforcement;

/// <summary>The guard against real servers: what it allows is run, and must leave role, lexer mode and claims as they were.</summary>
public sealed class SessionStateGuardLiveTests(ITestOutputHelper output)
{
    private const int Mutations = 12_000;

    private readonly SessionStateGuard _guard = new();
    private readonly SqlParser _parser = new();

    [Theory]
    [InlineData(15)]
    [InlineData(18)]
    public async Task D47_RoleOfTheStartupMessage_IsWhatEveryResetReturnsTo(int majorVersion)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await AssumedRoleServer.StartAsync(majorVersion, cancellationToken);
        await using var session = await server.OpenAsync(cancellationToken);
        var initial = await AssumedRoleServer.StateAsync(session, cancellationToken);
        Assert.Equal("app", initial[0]);
        foreach (var reset in new[] { "RESET ALL", "DISCARD ALL", "SET SESSION AUTHORIZATION DEFAULT", "SET client_encoding TO DEFAULT", "RESET standard_conforming_strings",
            "BEGIN; SET SESSION AUTHORIZATION DEFAULT; ROLLBACK", "BEGIN; SET SESSION AUTHORIZATION DEFAULT; COMMIT", "BEGIN; RESET ALL; ROLLBACK",
            "BEGIN; SAVEPOINT s; SET SESSION AUTHORIZATION DEFAULT; ROLLBACK TO s; COMMIT" })
        {
            Assert.True(IsAllowed(reset), reset);
            Assert.Null((await session.RunAsync(reset, cancellationToken)).Error);
            Assert.Equal(initial, await AssumedRoleServer.StateAsync(session, cancellationToken));
        }
    }

    [Theory]
    [InlineData(15)]
    [InlineData(18)]
    public async Task D47_EscapeAttempts_WithoutTheGuard_DoEscape(int majorVersion)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await AssumedRoleServer.StartAsync(majorVersion, cancellationToken);
        var escaped = 0;
        foreach (var attempt in EscapeAttempts.All)
        {
            await using var session = await server.OpenAsync(cancellationToken);
            var initial = await AssumedRoleServer.StateAsync(session, cancellationToken);
            await session.RunAsync("BEGIN", cancellationToken);
            await session.RunAsync(attempt.Sql, cancellationToken);
            var state = await AssumedRoleServer.StateAsync(session, cancellationToken);
            escaped += initial.AsSpan().SequenceEqual(state) ? 0 : 1;
        }

        output.WriteLine($"{escaped} of {EscapeAttempts.All.Count} attempts change the session of an unguarded PostgreSQL {majorVersion}");
        Assert.True(escaped >= 120, $"only {escaped} attempts are real");
    }

    [Theory]
    [InlineData(15)]
    [InlineData(18)]
    public async Task D47_WhatTheGuardAllows_NeverChangesTheSession(int majorVersion)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await AssumedRoleServer.StartAsync(majorVersion, cancellationToken);
        await using var session = await server.OpenAsync(cancellationToken);
        var initial = await AssumedRoleServer.StateAsync(session, cancellationToken);
        var random = new Random(20261122 + majorVersion);
        int allowed = 0, executed = 0;
        foreach (var sql in OrdinaryStatements.All.Concat(SqlMutations.Of(EscapeAttempts.All, Mutations, random)).Concat(SqlMutations.Quoting(Mutations, random)))
        {
            if (!IsAllowed(sql))
            {
                continue;
            }

            allowed++;
            var (_, error) = await session.RunAsync(sql, cancellationToken);
            executed += error is null ? 1 : 0;
            var state = await AssumedRoleServer.StateAsync(session, cancellationToken);
            Assert.True(initial.AsSpan(0, initial.Length - 1).SequenceEqual(state.AsSpan(0, state.Length - 1)), $"{string.Join(", ", state)} after: {sql}");
            Assert.True(ProtectedSettings.IsSafeClientEncoding(state[^1]), $"{state[^1]} after: {sql}");
            if (session.Status != 'I')
            {
                await session.RunAsync("ROLLBACK", cancellationToken);
            }

            Assert.Null((await session.RunAsync("DISCARD ALL", cancellationToken)).Error);
        }

        output.WriteLine($"PostgreSQL {majorVersion}: {allowed} texts allowed, {executed} of them executed without error");
        Assert.True(executed > 500, $"only {executed} texts were executed");
        Assert.Equal(initial, await AssumedRoleServer.StateAsync(session, cancellationToken));
    }

    private bool IsAllowed(string sql)
    {
        var text = Encoding.UTF8.GetBytes(sql);
        _parser.Parse(text);
        return _guard.Check(text, _parser).IsAllowed;
    }
}
