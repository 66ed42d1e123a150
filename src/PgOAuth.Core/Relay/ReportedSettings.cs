using PgOAuth.Enforcement;

namespace PgOAuth.Relay;

/// <summary>
/// Stage 6: the settings that a server reports to its client, at one moment. Immutable, so that all connections with
/// equal settings can refer to the same one; see <see cref="ReportedSettingsTable"/>.
/// </summary>
internal sealed class ReportedSettings
{
    private readonly SettingValue[] _values;

    internal ReportedSettings(SettingValue[] values, int hash)
    {
        _values = values;
        Hash = hash;
        IsReadable = IsSafe("client_encoding"u8) && IsSafe("standard_conforming_strings"u8);
    }

    /// <summary>Nothing was reported.</summary>
    internal static ReportedSettings None { get; } = new([], 0);

    internal ReadOnlySpan<SettingValue> Values => _values;

    /// <summary>Whether the proxy reads statements as a server with these settings does.</summary>
    internal bool IsReadable { get; }

    /// <summary>Of the contents, in whatever order.</summary>
    internal int Hash { get; }

    /// <summary>Where a setting is; -1 when it was not reported.</summary>
    internal int IndexOf(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _values.Length; i++)
        {
            if (name.SequenceEqual(_values[i].Name))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The value of a setting; null when it was not reported.</summary>
    internal byte[]? Find(ReadOnlySpan<byte> name) => IndexOf(name) is >= 0 and var index ? _values[index].Value : null;

    /// <summary>Whether it says the same, with this value in the place of what it says of that setting.</summary>
    internal bool IsSameAs(ReportedSettings other, ReadOnlySpan<byte> changedName, ReadOnlySpan<byte> changedValue)
    {
        var count = other.IndexOf(changedName) < 0 ? other._values.Length + 1 : other._values.Length;
        if (count != _values.Length || Find(changedName) is not { } value || !changedValue.SequenceEqual(value))
        {
            return false;
        }

        foreach (var theirs in other._values)
        {
            if (!changedName.SequenceEqual(theirs.Name) && (Find(theirs.Name) is not { } ours || !ours.AsSpan().SequenceEqual(theirs.Value)))
            {
                return false;
            }
        }

        return true;
    }

    private bool IsSafe(ReadOnlySpan<byte> name) => Find(name) is not { } value || ProtectedSettings.IsSafeValue(name, value);
}
