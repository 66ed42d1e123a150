using System.Globalization;
using PgOAuth.Samples.Development.Files;

namespace PgOAuth.Samples.Development.Issuer;

/// <summary>
/// The signing keys, in files that every process that opens the folder shares, or in memory. Files are named
/// <c>rs256-0001.pem</c>: algorithm and rotation. They are looked up on every use, so a rotation by another process is seen at once.
/// </summary>
internal sealed class DevelopmentSigningKeys
{
    private readonly Lock _lock = new();
    private readonly string? _folder;
    private Dictionary<string, DevelopmentSigningKey> _keys = [];

    /// <summary>Opens a folder, making it and first keys when they are missing.</summary>
    /// <param name="folder">The folder; null keeps the keys in memory.</param>
    public DevelopmentSigningKeys(string? folder)
    {
        _folder = folder;
        if (folder is not null)
        {
            PrivateFile.CreateDirectory(folder);
        }

        lock (_lock)
        {
            Refresh();
            foreach (var algorithm in Enum.GetValues<DevelopmentSigningAlgorithm>())
            {
                if (!_keys.Values.Any(key => key.Algorithm == algorithm))
                {
                    Add(DevelopmentSigningKey.Create(algorithm, 1));
                }
            }

            Refresh();
        }
    }

    /// <summary>Every key, newest first.</summary>
    public IReadOnlyList<DevelopmentSigningKey> All
    {
        get
        {
            lock (_lock)
            {
                Refresh();
                return [.. _keys.Values.OrderBy(key => key.Algorithm).ThenByDescending(key => key.Number)];
            }
        }
    }

    /// <summary>The key that signs.</summary>
    public DevelopmentSigningKey Current(DevelopmentSigningAlgorithm algorithm)
    {
        return All.First(key => key.Algorithm == algorithm);
    }

    /// <summary>Makes new keys that sign from now on.</summary>
    /// <param name="keepOld">Whether tokens of the old keys stay valid.</param>
    public void Rotate(bool keepOld)
    {
        lock (_lock)
        {
            Refresh();
            var old = _keys.Values.ToArray();
            foreach (var algorithm in Enum.GetValues<DevelopmentSigningAlgorithm>())
            {
                var last = old.Where(key => key.Algorithm == algorithm).Max(key => key.Number);
                Add(DevelopmentSigningKey.Create(algorithm, last + 1));
            }

            if (!keepOld)
            {
                foreach (var key in old)
                {
                    Remove(key);
                }
            }
        }
    }

    private static string FileName(DevelopmentSigningKey key)
    {
        var prefix = key.Algorithm == DevelopmentSigningAlgorithm.Rs256 ? "rs256" : "es256";
        return string.Create(CultureInfo.InvariantCulture, $"{prefix}-{key.Number:D4}.pem");
    }

    private void Add(DevelopmentSigningKey key)
    {
        var name = FileName(key);

        // When another process made the same number first, its key wins and ours was never used.
        if (_folder is null || PrivateFile.Write(Path.Combine(_folder, name), key.Pem, overwrite: false))
        {
            _keys[name] = key;
        }
    }

    private void Remove(DevelopmentSigningKey key)
    {
        var name = FileName(key);
        _keys.Remove(name);
        if (_folder is not null)
        {
            File.Delete(Path.Combine(_folder, name));
        }
    }

    private void Refresh()
    {
        if (_folder is null)
        {
            return;
        }

        var found = new Dictionary<string, DevelopmentSigningKey>();
        foreach (var file in Directory.EnumerateFiles(_folder, "*.pem"))
        {
            var name = Path.GetFileName(file);
            if (_keys.TryGetValue(name, out var known) || TryRead(file, out known))
            {
                found[name] = known!;
            }
        }

        _keys = found;
    }

    private static bool TryRead(string file, out DevelopmentSigningKey? key)
    {
        key = null;
        var parts = Path.GetFileNameWithoutExtension(file).Split('-');
        if (parts.Length != 2
            || !Enum.TryParse<DevelopmentSigningAlgorithm>(parts[0], ignoreCase: true, out var algorithm)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        try
        {
            key = DevelopmentSigningKey.Read(algorithm, number, File.ReadAllText(file));
            return true;
        }
        catch (FileNotFoundException)
        {
            // Another process rotated it away since the folder was listed.
            return false;
        }
    }
}
