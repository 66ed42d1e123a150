namespace PgOAuth.Samples.Development.Files;

/// <summary>Where development keys, certificates and downloaded servers are kept between runs.</summary>
public static class DevelopmentFolders
{
    /// <summary>
    /// Keys and certificates of this user: <c>PGOAUTH_DATA</c>, or <c>pgoauth</c> in the user's application data folder.
    /// </summary>
    public static string Data =>
        FromEnvironment("PGOAUTH_DATA")
        ?? Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
            "pgoauth");

    /// <summary>
    /// Downloads: <c>PGOAUTH_CACHE</c>, or the user's cache folder; for root a folder that the unprivileged user of the server may read.
    /// </summary>
    public static string Cache
    {
        get
        {
            if (FromEnvironment("PGOAUTH_CACHE") is { } chosen)
            {
                return chosen;
            }

            if (OperatingSystem.IsWindows())
            {
                return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "pgoauth", "cache");
            }

            if (Environment.IsPrivilegedProcess)
            {
                return "/var/cache/pgoauth";
            }

            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            return OperatingSystem.IsMacOS()
                ? Path.Combine(home, "Library", "Caches", "pgoauth")
                : Path.Combine(FromEnvironment("XDG_CACHE_HOME") ?? Path.Combine(home, ".cache"), "pgoauth");
        }
    }

    private static string? FromEnvironment(string name)
    {
        var value = Environment.GetEnvironmentVariable(name);
        return string.IsNullOrWhiteSpace(value) ? null : value;
    }
}
