using PgOAuth.Samples.Development.Postgres.Processes;

namespace PgOAuth.IntegrationTests.Clients.Tools;

/// <summary>
/// Finds the real clients on this machine, or installs them: Debian packages as root, npm packages into the cache folder.
/// What cannot be had fails the test with one sentence that says how to get it.
/// </summary>
internal static class ClientTools
{
    private const string JdbcDriver = "/usr/share/java/postgresql.jar";

    private static readonly AsyncOnce<string> Python3Psycopg = new(static () => FindPythonAsync("psycopg", "python3-psycopg"));
    private static readonly AsyncOnce<string> Python3Psycopg2 = new(static () => FindPythonAsync("psycopg2", "python3-psycopg2"));
    private static readonly AsyncOnce<string> Jdbc = new(static () => FindFileAsync(JdbcDriver, "libpostgresql-jdbc-java"));
    private static readonly AsyncOnce<string> JavaCompiler = new(static () => FindProgramAsync("javac", "default-jdk-headless"));
    private static readonly AsyncOnce<string> NodePostgres = new(static () => NpmPackages.FindOrInstallAsync("pg", "8.23.1"));
    private static readonly AsyncOnce<string> OidcProviderPackage = new(static () => NpmPackages.FindOrInstallAsync("oidc-provider", "9.13.3"));

    /// <summary>psql of the distribution.</summary>
    public static Task<string> PsqlAsync() => FindProgramAsync("psql", "postgresql-client");

    /// <summary>pg_dump, pg_restore and their like of one major version.</summary>
    public static async Task<string> PostgresProgramAsync(string name, int major)
    {
        var versioned = $"/usr/lib/postgresql/{major}/bin/{name}";
        return File.Exists(versioned) ? versioned : await FindFileAsync(versioned, $"postgresql-client-{major}");
    }

    /// <summary>The distribution's python3, with psycopg 3.</summary>
    public static Task<string> PythonWithPsycopgAsync() => Python3Psycopg.Value;

    /// <summary>The distribution's python3, with psycopg2.</summary>
    public static Task<string> PythonWithPsycopg2Async() => Python3Psycopg2.Value;

    /// <summary>The jar of pgjdbc.</summary>
    public static Task<string> JdbcAsync() => Jdbc.Value;

    /// <summary>The Java compiler; <c>java</c> is beside it.</summary>
    public static Task<string> JavaCompilerAsync() => JavaCompiler.Value;

    /// <summary>The node_modules folder that holds node-postgres.</summary>
    public static Task<string> NodePostgresAsync() => NodePostgres.Value;

    /// <summary>The node_modules folder that holds oidc-provider.</summary>
    public static Task<string> OidcProviderAsync() => OidcProviderPackage.Value;

    /// <summary>A program in PATH.</summary>
    public static async Task<string> FindProgramAsync(string name, string package)
    {
        if (Executables.Find(name) is { } found)
        {
            return found;
        }

        var problem = await DebianPackages.InstallAsync(package);
        return Executables.Find(name) ?? throw Missing($"The program {name}", package, problem);
    }

    private static async Task<string> FindFileAsync(string path, string package)
    {
        if (File.Exists(path))
        {
            return path;
        }

        var problem = await DebianPackages.InstallAsync(package);
        return File.Exists(path) ? path : throw Missing(path, package, problem);
    }

    // The distribution's interpreter, whatever other one PATH names: its packages hold the drivers.
    private static async Task<string> FindPythonAsync(string module, string package)
    {
        const string Python = "/usr/bin/python3";
        if (await HasModuleAsync(Python, module))
        {
            return Python;
        }

        var problem = await DebianPackages.InstallAsync(package);
        return await HasModuleAsync(Python, module) ? Python : throw Missing($"The module {module} of {Python}", package, problem);
    }

    private static async Task<bool> HasModuleAsync(string python, string module)
    {
        var imported = await ProcessRunner.RunAsync(new ProcessCommand(python, "-c", "import " + module), heartbeat: null, CancellationToken.None);
        return imported.Succeeded;
    }

    private static InvalidOperationException Missing(string what, string package, string? problem) =>
        new($"{what} is missing, which this test drives. Install the Debian package {package}: apt-get install {package}. {problem}");
}
