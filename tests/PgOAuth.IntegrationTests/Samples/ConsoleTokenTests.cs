using System.Buffers.Text;
using System.Text.Json;
using PgOAuth.Samples.Development.Issuer;
using Xunit;

namespace PgOAuth.IntegrationTests.Samples;

public sealed class ConsoleTokenTests : ConsoleTestBase
{
    [Fact]
    public async Task Token_WithEveryOption_HoldsWhatWasAskedForAndIsAllThatIsPrinted()
    {
        await using var issuer = await DevelopmentIssuer.StartAsync(
            new DevelopmentIssuerOptions { KeyFolder = Path.Combine(DataFolder, "issuer") }, Cancellation);

        var token = await TokenAsync("--sub", "dora", "--scope", "db:read db:write", "--groups", "staff,engineers", "--audience", "other", "--lifetime", "10m");

        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]));
        var root = claims.RootElement;
        Assert.Equal(issuer.Issuer, root.GetProperty("iss").GetString());
        Assert.Equal("dora", root.GetProperty("sub").GetString());
        Assert.Equal("db:read db:write", root.GetProperty("scope").GetString());
        Assert.Equal(["staff", "engineers"], root.GetProperty("groups").EnumerateArray().Select(static group => group.GetString()));
        Assert.Equal("other", root.GetProperty("aud").GetString());
        Assert.Equal(600, root.GetProperty("exp").GetInt64() - root.GetProperty("iat").GetInt64());
    }

    [Theory]
    [InlineData("24h", false)]
    [InlineData("25h", true)]
    public async Task Token_ThatLivesTooLong_IsPrintedWithAWarning(string lifetime, bool isTooLong)
    {
        await using var issuer = await DevelopmentIssuer.StartAsync(
            new DevelopmentIssuerOptions { KeyFolder = Path.Combine(DataFolder, "issuer") }, Cancellation);

        var (exitCode, output, errors) = await ConsoleProcess.RunAsync(DataFolder, NoEnvironment, "token", "--sub", "dora", "--lifetime", lifetime);

        Assert.Equal(0, exitCode);
        Assert.Equal(2, output.Count(static c => c == '.'));
        Assert.Equal(isTooLong, errors.Contains("MaxTokenLifetime", StringComparison.Ordinal));
    }
}
