using Xunit;

namespace PgOAuth.IntegrationTests.Clients.Tools;

/// <summary>How a client program ended.</summary>
internal sealed record ClientResult(int ExitCode, string Output, string Errors)
{
    /// <summary>Fails the test with everything the client said unless it ended well.</summary>
    public ClientResult Expect(int exitCode = 0)
    {
        Assert.True(ExitCode == exitCode, $"The client ended with {ExitCode} instead of {exitCode}.\n{Output}\n{Errors}");
        return this;
    }
}
