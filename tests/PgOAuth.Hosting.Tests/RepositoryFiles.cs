namespace PgOAuth;

/// <summary>Files of the repository that tests compare the code with.</summary>
internal static class RepositoryFiles
{
    internal static string PathOf(string relative)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PgOAuth.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        }

        return Path.Combine(folder.FullName, relative);
    }
}
