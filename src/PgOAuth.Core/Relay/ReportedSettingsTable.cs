using PgOAuth.Protocol;
using PgOAuth.Protocol.Backend;

namespace PgOAuth.Relay;

/// <summary>Stage 6: makes equal settings one object, so that thousands of idle sessions share it. Thread-safe; asked only when a value changes.</summary>
internal sealed class ReportedSettingsTable
{
    // Entries whose object is gone are removed when there are this many; what is left then starts anew.
    private const int MaxEntries = 4096;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, WeakReference<ReportedSettings>> _known = [];

    /// <summary>How many are remembered.</summary>
    internal int Count => _known.Count;

    /// <summary>The settings with one of them changed or added.</summary>
    internal ReportedSettings With(ReportedSettings settings, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var index = settings.IndexOf(name);
        var before = index < 0 ? default : settings.Values[index];
        if (index >= 0 && value.SequenceEqual(before.Value))
        {
            return settings;
        }

        var hash = settings.Hash ^ HashOf(name, value);
        hash ^= index < 0 ? 0 : HashOf(before.Name, before.Value);
        lock (_lock)
        {
            if (_known.TryGetValue(hash, out var reference) && reference.TryGetTarget(out var known) && known.IsSameAs(settings, name, value))
            {
                return known;
            }

            var changed = new ReportedSettings(Changed(settings, index, name, value), hash);
            MakeRoom();
            _known[hash] = new WeakReference<ReportedSettings>(changed);
            return changed;
        }
    }

    /// <summary>The settings with those changed that ParameterStatus messages tell of; other messages and what is malformed are passed over.</summary>
    internal ReportedSettings WithAll(ReportedSettings settings, ReadOnlySpan<byte> messages)
    {
        while (messages.Length >= ProtocolConstants.HeaderLength)
        {
            var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(messages[1..]);
            if (length < 4 || length >= messages.Length)
            {
                break;
            }

            var frame = new MessageFrame(messages[0], messages[ProtocolConstants.HeaderLength..(length + 1)]);
            if (frame.Type is MessageTypes.Backend.ParameterStatus && ParameterStatus.TryParse(frame, out var status))
            {
                settings = With(settings, status.Name, status.Value);
            }

            messages = messages[(length + 1)..];
        }

        return settings;
    }

    private static SettingValue[] Changed(ReportedSettings settings, int index, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (index < 0)
        {
            return [.. settings.Values, new SettingValue(name.ToArray(), value.ToArray())];
        }

        var values = settings.Values.ToArray();
        values[index] = values[index] with { Value = value.ToArray() };
        return values;
    }

    private static int HashOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var hash = default(HashCode);
        hash.AddBytes(name);
        hash.AddBytes(value);
        return hash.ToHashCode();
    }

    private void MakeRoom()
    {
        if (_known.Count < MaxEntries)
        {
            return;
        }

        foreach (var (hash, reference) in _known)
        {
            if (!reference.TryGetTarget(out _))
            {
                _known.Remove(hash);
            }
        }

        if (_known.Count >= MaxEntries)
        {
            _known.Clear();
        }
    }
}
