using System.Globalization;
using PgOAuth.Samples.Development.Files;

namespace PgOAuth.Samples.Development.Postgres.Servers;

/// <summary>
/// The throwaway folder of one server. Its owner holds a lock on a file in it, which the kernel releases however the owner ends:
/// a folder whose lock can be taken is stale. (A process id in its place could be reused, or belong to another container.)
/// The folder itself stays its owner's; only what the server writes is the server user's.
/// </summary>
internal sealed class ServerDirectory : IDisposable
{
    private const string Prefix = "pgoauth-pg-";

    // sun_path holds 104 bytes on macOS and the BSDs and 108 on Linux, with the final NUL.
    private const int LongestSocketPath = 100;

    // Between creating the folder and taking its lock lie microseconds; whoever is older than this died there.
    private static readonly TimeSpan Unlocked = TimeSpan.FromMinutes(10);

    private readonly FileLock _owner;

    private ServerDirectory(string path, FileLock owner)
    {
        Path = path;
        _owner = owner;
    }

    public string Path { get; }

    public string Data => System.IO.Path.Combine(Path, "data");

    public string Sockets => System.IO.Path.Combine(Path, "s");

    public string Log => System.IO.Path.Combine(Data, "server.log");

    private static string Parent
    {
        get
        {
            var temporary = System.IO.Path.GetTempPath();
            var socket = System.IO.Path.Combine(temporary, NewName(), "s", ".s.PGSQL.65535");
            return OperatingSystem.IsWindows() || socket.Length <= LongestSocketPath ? temporary : "/tmp";
        }
    }

    public static ServerDirectory Create()
    {
        var path = System.IO.Path.Combine(Parent, NewName());
        Directory.CreateDirectory(System.IO.Path.Combine(path, "data"));
        Directory.CreateDirectory(System.IO.Path.Combine(path, "s"));
        if (!OperatingSystem.IsWindows())
        {
            // Clients of any user reach the socket; what is secret below has its own mode.
            const UnixFileMode everybodyEnters = (UnixFileMode)0b111_101_101;
            File.SetUnixFileMode(path, everybodyEnters);
            File.SetUnixFileMode(System.IO.Path.Combine(path, "s"), everybodyEnters);
        }

        var owner = FileLock.TryAcquire(LockFile(path))
            ?? throw new EmbeddedPostgresException($"The new folder {path} could not be locked.");
        return new ServerDirectory(path, owner);
    }

    /// <summary>The folders whose owners are gone, locked so that nobody else removes them at the same time.</summary>
    public static IEnumerable<ServerDirectory> FindStale()
    {
        foreach (var path in Directory.EnumerateDirectories(Parent, Prefix + "*"))
        {
            var locked = File.Exists(LockFile(path));
            if (!locked && DateTime.UtcNow - Directory.GetCreationTimeUtc(path) < Unlocked)
            {
                continue;
            }

            if (FileLock.TryAcquire(LockFile(path)) is { } owner)
            {
                yield return new ServerDirectory(path, owner);
            }
        }
    }

    /// <summary>Removes the folder, and its lock last.</summary>
    public void Delete()
    {
        _owner.Dispose();
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    public void Dispose()
    {
        _owner.Dispose();
    }

    private static string NewName()
    {
        return string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}");
    }

    private static string LockFile(string path)
    {
        return System.IO.Path.Combine(path, "owner.lock");
    }
}
