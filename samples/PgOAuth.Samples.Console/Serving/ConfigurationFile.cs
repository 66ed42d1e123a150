using Microsoft.Extensions.Configuration;
using PgOAuth.Samples.Terminal.Commands;

namespace PgOAuth.Samples.Terminal.Serving;

/// <summary>Reads the file of <c>--config</c>.</summary>
internal static class ConfigurationFile
{
    private const string Section = "PgOAuth";

    /// <summary>The section <c>PgOAuth</c>.</summary>
    /// <exception cref="CommandException">There is no such file, it is not JSON, or it lacks the section.</exception>
    public static IConfigurationSection Read(string path)
    {
        IConfigurationSection section;
        try
        {
            section = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(path), optional: false, reloadOnChange: true).Build().GetSection(Section);
        }
        catch (FileNotFoundException missing)
        {
            throw new CommandException($"--config: there is no file {path}.", missing);
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"--config: {path} cannot be read: {(broken.InnerException ?? broken).Message}", broken);
        }

        return section.Exists() ? section : throw new CommandException($"--config: {path} has no section \"{Section}\".");
    }
}
