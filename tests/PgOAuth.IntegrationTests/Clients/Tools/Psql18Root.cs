namespace PgOAuth.IntegrationTests.Clients.Tools;

/// <summary>A second Debian root that holds the client programs of PostgreSQL 18 and libpq-oauth, entered by chroot; needs root.</summary>
internal static class Psql18Root
{
    public const string Variable = "PGOAUTH_PSQL18_ROOT";

    private static string Path => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } root && File.Exists(root + "/usr/bin/psql")
        ? root
        : throw new InvalidOperationException($"{Variable} names no folder with /usr/bin/psql; see tests/README.md.");

    /// <summary>Starts a program of the root.</summary>
    public static ClientProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment) =>
        ClientProcess.Start("chroot", [Path, program, .. arguments], environment);

    /// <summary>Copies a file in, for as long as the result lives.</summary>
    public static Borrowed Lend(string file)
    {
        var inside = "/tmp/pgoauth-" + Guid.NewGuid().ToString("N");
        File.Copy(file, Path + inside);
        return new Borrowed(inside, Path + inside);
    }

    /// <summary>A file inside the root.</summary>
    internal sealed record Borrowed(string Inside, string Outside) : IDisposable
    {
        public void Dispose() => File.Delete(Outside);
    }
}
