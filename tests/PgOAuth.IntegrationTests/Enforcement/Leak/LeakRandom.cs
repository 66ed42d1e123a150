using System.Globalization;

namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>Chance, from a seed of its own for each unit, so that one alone can be made again.</summary>
internal sealed class LeakRandom(int seed, long number)
{
#pragma warning disable CA5394 // Nothing here is a secret.
    private readonly Random _random = new(HashCode(seed, number));
    private int _names;

    /// <summary>Whether the statement may name what the token may not read.</summary>
    public bool IsDirty { get; set; }

    /// <summary>The server's major version.</summary>
    public int Major { get; init; }

    /// <summary>Whether a column may be read as a field of its row, for which a server asks more privileges than it needs.</summary>
    public bool HasRowFields { get; init; } = true;

    public bool Chance(int percent) => _random.Next(100) < percent;

    public int Below(int count) => _random.Next(count);

    public int Between(int first, int last) => _random.Next(first, last + 1);

    public T Pick<T>(params ReadOnlySpan<T> items) => items[_random.Next(items.Length)];
#pragma warning restore CA5394

    /// <summary>A name that the statement does not have yet.</summary>
    public string Name(string prefix) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{_names++}");

    private static int HashCode(int seed, long number)
    {
        // Not the framework's, which differs from one process to the next.
        var hash = ((ulong)(uint)seed * 0x9E3779B97F4A7C15) ^ ((ulong)number * 0xC2B2AE3D27D4EB4F);
        hash ^= hash >> 29;
        hash *= 0xBF58476D1CE4E5B9;
        return (int)(hash >> 33);
    }
}
