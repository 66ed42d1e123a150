using PgOAuth.Options;
using PgOAuth.Testing.Wire;
using Xunit;
using static PgOAuth.Testing.Wire.LoginMessages;

namespace PgOAuth.Sessions;

/// <summary>What names mean in a session under the gate is the policy's: search_path and client_encoding, asked for at startup (A28, D01, D18).</summary>
public sealed class PinnedNamesTests
{
    [Theory]
    [InlineData("search_path", "sales, public")]
    [InlineData("search_path", "sales,public")]
    [InlineData("Search_Path", "\"sales\", \"public\", \"pg_temp\"")]
    [InlineData("client_encoding", "utf-8")]
    [InlineData("CLIENT_ENCODING", "UTF8")]
    [InlineData("client_encoding", "SQL_ASCII")]
    [InlineData("application_name", "search_path")]
    public async Task Startup_ThatAsksForWhatIsPinned_IsServed(string name, string value)
    {
        await using var bed = await StartAsync();
        await using var client = await bed.ConnectAsync();

        Assert.Equal('Z', (await client.LogInAsync("good", StartupMessage(Version30, "user", "app", "database", "shop", name, value)))[^1].Type);

        var startup = bed.Server.Startups.Single(static all => all.All(static setting => setting.Value != "PgOAuth catalog"));
        Assert.Equal("\"sales\", \"public\", \"pg_temp\"", startup.Single(static setting => setting.Key == "search_path").Value);
        Assert.Equal("UTF8", startup.Single(static setting => setting.Key.Equals("client_encoding", StringComparison.OrdinalIgnoreCase)).Value);
        Assert.DoesNotContain(startup, static setting => setting.Key == "Search_Path");
    }

    [Theory]
    [InlineData("search_path", "public")]
    [InlineData("search_path", "public, sales")]
    [InlineData("search_path", "")]
    [InlineData("search_path", "sales, public, evil")]
    [InlineData("SEARCH_PATH", "pg_temp, sales, public")]
    [InlineData("client_encoding", "LATIN1")]
    [InlineData("Client_Encoding", "WIN1252")]
    [InlineData("options", "-c search_path=public")]
    [InlineData("options", "--client-encoding=LATIN1")]
    public async Task A28_StartupThatAsksForSomethingElse_IsRefused(string name, string value)
    {
        await using var bed = await StartAsync();
        await using var client = await bed.ConnectAsync();

        await client.SendAsync(StartupMessage(Version30, "user", "app", "database", "shop", name, value));
        await client.ExpectAuthenticationAsync(3);
        await client.SendAsync(Password("good"));

        Assert.Contains("cannot be changed", (await client.ExpectFatalAsync()).Message, StringComparison.Ordinal);
        Assert.Equal("startup_parameter_refused", (await bed.SettleAsync(1))[0].Reason);
        Assert.DoesNotContain(bed.Server.Startups, static all => all.All(static setting => setting.Value != "PgOAuth catalog"));
    }

    private static Task<ProxyTestBed> StartAsync() => ProxyTestBed.StartAsync(
        static options =>
        {
            options.Enforcement.Mode = GateMode.Enforce;
            options.Enforcement.SearchPath.Clear();
            options.Enforcement.SearchPath.Add("sales");
            options.Enforcement.SearchPath.Add("public");
            options.Enforcement.Policy.AddScope("read", static scope => scope.Select("sales.*"));
        },
        plaintext: true);
}
