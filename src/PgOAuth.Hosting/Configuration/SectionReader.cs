using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace PgOAuth.Configuration;

/// <summary>
/// Reads one object of a section and notes every mistake: a value of the wrong kind, a list that is none, and, once all
/// settings were asked for, those that nobody asked for. The framework's binder passes over most of these in silence, and
/// a misspelt <c>RequiredScopes</c> must not open a database.
/// </summary>
internal sealed class SectionReader
{
    private readonly IConfigurationSection _section;
    private readonly string _path;
    private readonly ICollection<string> _mistakes;
    private readonly List<string> _known = [];

    internal SectionReader(IConfigurationSection section, string path, ICollection<string> mistakes)
    {
        _section = section;
        _path = path;
        _mistakes = mistakes;
    }

    internal void Text(string key, Action<string> set)
    {
        if (Value(key) is { } value)
        {
            set(value);
        }
    }

    internal void Number(string key, Action<int> set)
    {
        if (Value(key) is { } value)
        {
            if (int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            {
                set(number);
            }
            else
            {
                Report(key, "a whole number is needed.");
            }
        }
    }

    internal void Flag(string key, Action<bool> set)
    {
        if (Value(key) is { } value)
        {
            if (bool.TryParse(value, out var flag))
            {
                set(flag);
            }
            else
            {
                Report(key, "true or false is needed.");
            }
        }
    }

    internal void Duration(string key, Action<TimeSpan> set)
    {
        if (Value(key) is { } value)
        {
            // A bare number would be days.
            if (value.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var duration))
            {
                set(duration);
            }
            else
            {
                Report(key, "a time is needed, as hours:minutes:seconds, such as 00:00:30.");
            }
        }
    }

    internal void Choice<TEnum>(string key, Action<TEnum> set)
        where TEnum : struct, Enum
    {
        if (Value(key) is { } value)
        {
            // By name only: the framework's parser also takes numbers and lists of names.
            if (Enum.GetNames<TEnum>().Contains(value, StringComparer.OrdinalIgnoreCase))
            {
                set(Enum.Parse<TEnum>(value, ignoreCase: true));
            }
            else
            {
                Report(key, $"one of {string.Join(", ", Enum.GetNames<TEnum>())} is needed.");
            }
        }
    }

    internal void Texts(string key, IList<string> target)
    {
        foreach (var item in Items(key))
        {
            if (item.Value is { } value && !item.GetChildren().Any())
            {
                target.Add(value);
            }
            else
            {
                Report($"{key}:{item.Key}", "a single value is needed.");
            }
        }
    }

    /// <summary>A list that must not be empty when it is there: an empty one reads like none at all, which would mean everything.</summary>
    internal void FilledTexts(string key, IList<string> target)
    {
        var section = _section.GetSection(key);
        if (section.Value is { Length: 0 } && !section.GetChildren().Any())
        {
            Report(key, "is empty; leave it out.");
        }

        Texts(key, target);
    }

    internal void Objects(string key, Action<SectionReader> read)
    {
        foreach (var item in Items(key))
        {
            ReadObject(item, $"{key}:{item.Key}", read);
        }
    }

    internal void Entries(string key, Action<string, SectionReader> read)
    {
        var section = Child(key);
        if (IsScalar(section))
        {
            Report(key, "an object is needed, with a name for each entry.");
        }

        foreach (var entry in section.GetChildren())
        {
            ReadObject(entry, $"{key}:{entry.Key}", reader => read(entry.Key, reader));
        }
    }

    /// <summary>
    /// Entries whose names may hold colons, as scopes do: a configuration splits them at each, so an entry is where one of its
    /// settings is, however deep.
    /// </summary>
    internal void ScopedEntries(string key, string[] settings, Action<string, SectionReader> read)
    {
        var section = Child(key);
        if (IsScalar(section))
        {
            Report(key, "an object is needed, with a name for each entry.");
        }

        foreach (var child in section.GetChildren())
        {
            ReadScoped(child, child.Key, key, settings, read);
        }
    }

    /// <summary>Lists of texts whose names may hold colons.</summary>
    internal void ScopedTexts(string key, Func<string, IList<string>> target)
    {
        var section = Child(key);
        if (IsScalar(section))
        {
            Report(key, "an object is needed, with a name for each entry.");
        }

        foreach (var child in section.GetChildren())
        {
            ReadScopedTexts(child, child.Key, key, target);
        }
    }

    internal void Object(string key, Action<SectionReader> read) => ReadObject(Child(key), key, read);

    /// <summary>Notes the settings that were not asked for.</summary>
    internal void Finish()
    {
        foreach (var child in _section.GetChildren())
        {
            if (!_known.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            {
                Report(child.Key, $"there is no such setting; here are {string.Join(", ", _known)}.");
            }
        }
    }

    private void ReadScoped(IConfigurationSection section, string name, string key, string[] settings, Action<string, SectionReader> read)
    {
        var deeper = section.GetChildren().Where(child => !settings.Contains(child.Key, StringComparer.OrdinalIgnoreCase)).ToList();
        var isEntry = section.GetChildren().Count() > deeper.Count;
        if (isEntry)
        {
            read(name, new SectionReader(section, At($"{key}:{name}"), _mistakes));
        }
        else if (deeper.Count == 0)
        {
            Report($"{key}:{name}", $"there is no such setting, or nothing in it; here are {string.Join(", ", settings)}.");
        }

        foreach (var child in deeper)
        {
            ReadScoped(child, $"{name}:{child.Key}", key, settings, read);
        }
    }

    private void ReadScopedTexts(IConfigurationSection section, string name, string key, Func<string, IList<string>> target)
    {
        var children = section.GetChildren().ToList();
        if (children.Count == 0 || children.Exists(static child => IsPosition(child.Key)))
        {
            // Asked for by its path below this section, which is where a list of that name would be.
            new SectionReader(_section.GetSection(key), At(key), _mistakes).Texts(name, target(name));
            return;
        }

        foreach (var child in children)
        {
            ReadScopedTexts(child, $"{name}:{child.Key}", key, target);
        }
    }

    private void ReadObject(IConfigurationSection section, string key, Action<SectionReader> read)
    {
        if (IsScalar(section))
        {
            Report(key, "an object with settings is needed, not a single value.");
        }

        var reader = new SectionReader(section, At(key), _mistakes);
        read(reader);
        reader.Finish();
    }

    private IEnumerable<IConfigurationSection> Items(string key)
    {
        var section = Child(key);
        if (IsScalar(section))
        {
            Report(key, "a list is needed, even for one value: [ \"…\" ].");
        }

        foreach (var item in section.GetChildren())
        {
            if (IsPosition(item.Key))
            {
                yield return item;
            }
            else
            {
                Report($"{key}:{item.Key}", "a list is needed here, not an object.");
            }
        }
    }

    private string? Value(string key)
    {
        var section = Child(key);
        if (!section.GetChildren().Any())
        {
            return section.Value;
        }

        Report(key, "a single value is needed, not a list or an object.");
        return null;
    }

    private IConfigurationSection Child(string key)
    {
        _known.Add(key);
        return _section.GetSection(key);
    }

    private static bool IsPosition(string key) => int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    // An empty list or object of a JSON file is an empty text here.
    private static bool IsScalar(IConfigurationSection section) => !string.IsNullOrEmpty(section.Value);

    private void Report(string key, string mistake) => _mistakes.Add($"{At(key)}: {mistake}");

    private string At(string key) => _path.Length == 0 ? key : $"{_path}:{key}";
}
