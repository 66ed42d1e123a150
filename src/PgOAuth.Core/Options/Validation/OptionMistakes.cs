using System.Globalization;
using System.Text;
using PgOAuth.Protocol;

namespace PgOAuth.Options.Validation;

/// <summary>Collects mistakes, and holds the checks that several stages share.</summary>
internal sealed class OptionMistakes
{
    private readonly List<string> _mistakes = [];

    internal void Add(string path, string mistake) => _mistakes.Add($"{path}: {mistake}");

    /// <summary>Adds one that has its path already.</summary>
    internal void AddKnown(string mistake) => _mistakes.Add(mistake);

    internal List<string> ToList() => _mistakes;

    internal void CheckRange(string path, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            Add(path, string.Create(CultureInfo.InvariantCulture, $"must be between {least:N0} and {most:N0}."));
        }
    }

    internal void CheckRange(string path, TimeSpan value, TimeSpan least, TimeSpan most)
    {
        if (value < least || value > most)
        {
            Add(path, $"must be between {least:c} and {most:c}.");
        }
    }

    /// <summary>More than nothing, and at most <paramref name="most"/>: timers take no longer ones.</summary>
    internal void CheckPositive(string path, TimeSpan value, TimeSpan most)
    {
        if (value <= TimeSpan.Zero || value > most)
        {
            Add(path, $"must be longer than zero and at most {most:c}.");
        }
    }

    internal void CheckDefined<TEnum>(string path, TEnum value)
        where TEnum : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            Add(path, $"must be one of {string.Join(", ", Enum.GetNames<TEnum>())}.");
        }
    }

    internal void CheckPresent(string path, string? value, string why)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            Add(path, $"is missing; {why}.");
        }
    }

    internal void CheckFile(string path, string? file)
    {
        if (file is not null && !File.Exists(file))
        {
            Add(path, $"there is no file \"{file}\".");
        }
    }

    /// <summary>A name of a database: PostgreSQL cuts longer ones to another's name.</summary>
    internal void CheckDatabase(string path, string? name)
    {
        if (name is not null && (name.Length == 0 || Encoding.UTF8.GetByteCount(name) > ProtocolConstants.MaxNameBytes))
        {
            Add(path, "must be a database name of 1 to 63 bytes.");
        }
    }

    /// <summary>One scope (RFC 6749 section 3.3): two in one text would never be granted.</summary>
    internal void CheckScope(string path, string scope)
    {
        if (scope.Length == 0 || !IsScopeToken(scope))
        {
            Add(path, "must be one scope: ASCII characters without space, \" and \\.");
        }
    }

    internal static bool IsScopeToken(string scope) => scope.All(static c => c is > ' ' and < '\u007f' and not '"' and not '\\');
}
