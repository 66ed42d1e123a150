using System.Text;
using System.Text.Json;
using Npgsql;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Options;
using Xunit;

namespace PgOAuth.IntegrationTests.Relay;

/// <summary>Sentinels are sent through everything; none may come out where people look.</summary>
public sealed class CanaryTests(ClassProxies proxies) : IClassFixture<ClassProxies>
{
    private const string Literal = "canary-literal-8f3a";
    private const string Malformed = "canary-malformed-token-77c1";
    private const string WrongPassword = "canary-wrong-upstream-password-a90d";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task C35_TokensPasswordsAndLiterals_AppearNowhere()
    {
        using var witness = new Witness();
        await using var proxy = await proxies.Shared.StartProxyAsync(18, new ProxyHostOptions { Database = await proxies.DatabaseAsync(18) }, Cancellation);
        await using var broken = await proxies.Shared.StartProxyAsync(
            18,
            new ProxyHostOptions { Database = await proxies.DatabaseAsync(18), Configure = static options => options.Upstream.Servers["main"].Password = WrongPassword },
            Cancellation);
        await using var watched = await proxies.Shared.StartProxyAsync(
            18,
            new ProxyHostOptions
            {
                Database = await proxies.DatabaseAsync(18),
                Configure = static options =>
                {
                    options.Enforcement.Mode = GateMode.Observe;
                    options.Auditing.Statements = StatementAudit.All;
                },
            },
            Cancellation);
        var told = new StringBuilder();
        string[] tokens = [proxy.EngineerToken(), proxy.EngineerToken(), proxy.AnalystToken(), proxy.ExpiredToken(), Tampered(proxy.EngineerToken()), Malformed];

        await UseAsync(proxy, tokens[0], told);
        await UseAsync(watched, tokens[0], told);
        await RefuseAsync(broken, tokens[1], told);
        foreach (var token in tokens[2..])
        {
            await RefuseAsync(proxy, token, told);
        }

        await proxy.Audit.WaitForAsync(5, Cancellation);
        await proxy.Proxy.StopAsync(Cancellation);
        await broken.Proxy.StopAsync(Cancellation);
        await watched.Proxy.StopAsync(Cancellation);
        Assert.True(watched.Audit.Statements.Count > 9);
        string[] outlets =
        [
            proxy.Log.AllText, broken.Log.AllText, witness.AllText, string.Join('\n', proxy.Audit.Records), string.Join('\n', broken.Audit.Records),
            watched.Log.AllText, JsonSerializer.Serialize(watched.Audit.Statements), told.ToString(),
        ];
        foreach (var outlet in outlets)
        {
            Assert.NotEmpty(outlet);
            foreach (var token in tokens)
            {
                foreach (var part in token.Split('.'))
                {
                    // A header alone is no secret; every other part of a token is.
                    Assert.DoesNotContain(part == token.Split('.')[0] && part != token ? token : part, outlet, StringComparison.Ordinal);
                }
            }

            Assert.DoesNotContain(TestRoles.ServicePassword, outlet, StringComparison.Ordinal);
            Assert.DoesNotContain(WrongPassword, outlet, StringComparison.Ordinal);
        }

        // What the server itself tells the client about a statement of the client's is the client's own; it goes nowhere else.
        Assert.All(outlets[..^1], static outlet => Assert.DoesNotContain(Literal, outlet, StringComparison.Ordinal));
        Assert.Contains("token_expired", outlets[0], StringComparison.Ordinal);
        Assert.Contains("pgoauth.session", outlets[2], StringComparison.Ordinal);
        Assert.Contains("upstream_login_failed", outlets[4], StringComparison.Ordinal);
    }

    private static async Task UseAsync(ProxyHost proxy, string token, StringBuilder told)
    {
        await using var source = NpgsqlDataSource.Create(proxy.ForNpgsql(token: token).ConnectionString + ";Pooling=false");
        foreach (var sql in (string[])
        [
            $"select '{Literal}'", $"set role '{Literal}'", $"set pgoauth.sub = '{Literal}'", $"select set_config('role', '{Literal}', false)",
            $"select nonsense('{Literal}')", $"do $$ begin raise notice '{Literal}'; end $$", $"select '{Literal}'::int", $"alter role engineer set search_path = '{Literal}'",
        ])
        {
            await using var command = source.CreateCommand(sql);
            try
            {
                await command.ExecuteNonQueryAsync(Cancellation);
            }
            catch (PostgresException refused)
            {
                told.Append(refused).Append(refused.Hint).Append(refused.Detail).Append('\n');
            }
        }

        await using var parameter = source.CreateCommand("select $1::text");
        parameter.Parameters.AddWithValue(Literal);
        await parameter.ExecuteNonQueryAsync(Cancellation);
        using var impatience = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await using var slow = source.CreateCommand($"select pg_sleep(60), '{Literal}'");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => slow.ExecuteNonQueryAsync(impatience.Token));
    }

    private static async Task RefuseAsync(ProxyHost proxy, string token, StringBuilder told)
    {
        await using var connection = new NpgsqlConnection(proxy.ForNpgsql(token: token).ConnectionString + ";Pooling=false");
        var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync(Cancellation));
        told.Append(refused).Append(refused.Hint).Append(refused.Detail).Append('\n');
    }

    private static string Tampered(string token)
    {
        var parts = token.Split('.');
        var signature = parts[2].ToCharArray();
        signature[10] = signature[10] == 'A' ? 'B' : 'A';
        return $"{parts[0]}.{parts[1]}.{new string(signature)}";
    }
}
