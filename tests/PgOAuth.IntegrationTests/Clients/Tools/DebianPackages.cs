using PgOAuth.Samples.Development.Postgres.Processes;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients.Tools;

/// <summary>Installs packages of Debian and its relatives.</summary>
internal static class DebianPackages
{
    /// <summary>Installs one package.</summary>
    /// <returns>Null, or why it failed.</returns>
    public static async Task<string?> InstallAsync(string package) =>
        await AptPackages.InstallAsync([package], static line => TestContext.Current.SendDiagnosticMessage("{0}", line), CancellationToken.None) is { } problem
            ? $"It could not be installed now: {problem}."
            : null;
}
