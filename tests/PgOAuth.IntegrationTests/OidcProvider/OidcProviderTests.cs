using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using Npgsql;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Options;
using Xunit;

namespace PgOAuth.IntegrationTests.OidcProvider;

/// <summary>A certified authorization server issues the tokens: discovery, keys, client credentials, rotation.</summary>
public sealed class OidcProviderTests(ClassProxies proxies) : IClassFixture<ClassProxies>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ClientCredentialsToken_LogsIn_AsTheMappedRole()
    {
        await using var provider = await OidcProviderProcess.StartAsync(Cancellation);
        await using var proxy = await StartAsync(provider);
        var token = await provider.TokenAsync("loader", "db:read db:write", Cancellation);

        // What makes this a test of the real thing: the form of its tokens is the provider's.
        using var header = JsonDocument.Parse(Base64UrlEncoder.Decode(token.Split('.')[0]));
        Assert.Equal("at+jwt", header.RootElement.GetProperty("typ").GetString());
        Assert.Equal("engineer loader", await WhoAsync(proxy, TestRoles.Engineer, token));
        var reports = await provider.TokenAsync("reports", "db:read", Cancellation);
        Assert.Equal("analyst reports", await WhoAsync(proxy, TestRoles.Analyst, reports));
        Assert.Equal("28000", await RefusalAsync(proxy, TestRoles.Engineer, reports));
        var records = await proxy.Audit.WaitForAsync(3, Cancellation);
        Assert.All(records, record => Assert.Equal(provider.Issuer, record.Issuer));
        Assert.Equal(["loader", "reports", "reports"], records.Select(static record => record.ClientId));
        Assert.Equal(["allowed", "allowed", "role_not_granted"], records.Select(static record => record.Reason));
    }

    [Fact]
    public async Task RequiredScope_ThatTheTokenLacks_RefusesTheConnection()
    {
        await using var provider = await OidcProviderProcess.StartAsync(Cancellation);
        await using var proxy = await StartAsync(provider, static options => options.Authorization.RequiredScopes.Add("db:write"));

        Assert.Equal("engineer loader", await WhoAsync(proxy, TestRoles.Engineer, await provider.TokenAsync("loader", "db:write", Cancellation)));
        Assert.Equal("42501", await RefusalAsync(proxy, TestRoles.Engineer, await provider.TokenAsync("loader", "db:read", Cancellation)));
    }

    [Fact]
    public async Task Audience_OfAnotherService_IsRefused()
    {
        await using var provider = await OidcProviderProcess.StartAsync(Cancellation);
        await using var proxy = await StartAsync(provider, static options =>
        {
            options.Authentication.Issuers[0].Audiences.Clear();
            options.Authentication.Issuers[0].Audiences.Add("urn:test:another");
        });

        Assert.Equal("28000", await RefusalAsync(proxy, TestRoles.Engineer, await provider.TokenAsync("loader", "db:read", Cancellation)));
    }

    [Fact]
    public async Task KeyRotation_WhileTheProxyRuns_NewKeyIsFetchedAndOldTokensStayValid()
    {
        await using var provider = await OidcProviderProcess.StartAsync(Cancellation);
        await using var proxy = await StartAsync(provider);
        var old = await provider.TokenAsync("loader", "db:read", Cancellation);
        Assert.Equal("engineer loader", await WhoAsync(proxy, TestRoles.Engineer, old));
        var fetched = await provider.KeyRequestsAsync(Cancellation);

        await provider.ServeKeysAsync("second,first", Cancellation);
        var fresh = await provider.TokenAsync("loader", "db:read", Cancellation);
        Assert.Equal("engineer loader", await EventuallyAsync(() => WhoAsync(proxy, TestRoles.Engineer, fresh)));
        Assert.True(await provider.KeyRequestsAsync(Cancellation) > fetched);
        Assert.Equal("engineer loader", await WhoAsync(proxy, TestRoles.Engineer, await provider.TokenAsync("loader", "db:read", Cancellation)));
        Assert.Equal("engineer loader", await WhoAsync(proxy, TestRoles.Engineer, old));
    }

    [Fact]
    public async Task C10_KeyThatWasRemoved_StopsWorking()
    {
        await using var provider = await OidcProviderProcess.StartAsync(Cancellation);
        await using var proxy = await StartAsync(provider);
        var used = await provider.TokenAsync("loader", "db:read", Cancellation);
        var unused = await provider.TokenAsync("loader", "db:read", Cancellation);
        Assert.Equal("engineer loader", await WhoAsync(proxy, TestRoles.Engineer, used));

        await provider.ServeKeysAsync("second", Cancellation);
        Assert.Equal("28000", await EventuallyAsync(() => RefusalAsync(proxy, TestRoles.Engineer, unused)));

        // The one that was validated before must not outlive its key in the cache of validated tokens.
        Assert.Equal("28000", await EventuallyAsync(() => RefusalAsync(proxy, TestRoles.Engineer, used)));
    }

    // Keys are refetched at most so often; the options below make that a moment.
    private static async Task<string> EventuallyAsync(Func<Task<string>> attempt)
    {
        var deadline = DateTime.UtcNow.AddSeconds(30);
        while (true)
        {
            try
            {
                return await attempt();
            }
            catch (Exception error) when (DateTime.UtcNow < deadline && error is PostgresException or Xunit.Sdk.XunitException)
            {
                await Task.Delay(200, Cancellation);
            }
        }
    }

    private static async Task<string> WhoAsync(ProxyHost proxy, string user, string token)
    {
        await using var connection = new NpgsqlConnection(proxy.ForNpgsql(user, token).ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand("select current_user || ' ' || current_setting('pgoauth.sub')", connection);
        return (string)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    private static async Task<string> RefusalAsync(ProxyHost proxy, string user, string token) =>
        (await Assert.ThrowsAsync<PostgresException>(() => WhoAsync(proxy, user, token))).SqlState;

    private Task<ProxyHost> StartAsync(OidcProviderProcess provider, Action<PgOAuthProxyOptions>? configure = null) => StartAsync(provider.Issuer, configure);

    private async Task<ProxyHost> StartAsync(string issuer, Action<PgOAuthProxyOptions>? configure) => await proxies.Shared.StartProxyAsync(
        18,
        new ProxyHostOptions
        {
            Database = await proxies.DatabaseAsync(18),
            Configure = options =>
            {
                options.Authentication.Issuers.Clear();
                var trusted = new IssuerOptions
                {
                    Issuer = issuer,
                    DangerousAllowHttpOnLoopback = true,
                    KeyRefreshInterval = TimeSpan.FromSeconds(1),
                    KeyRefreshMinimumInterval = TimeSpan.FromSeconds(1),
                };
                trusted.Audiences.Add(OidcProviderProcess.Audience);
                options.Authentication.Issuers.Add(trusted);
                configure?.Invoke(options);
            },
        },
        Cancellation);
}
