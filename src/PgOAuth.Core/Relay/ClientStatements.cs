using System.Diagnostics.CodeAnalysis;
using PgOAuth.Enforcement;
using PgOAuth.Protocol;

namespace PgOAuth.Relay;

/// <summary>Stage 6: the names of one client's prepared statements, where sessions share server connections.</summary>
internal sealed class ClientStatements
{
    /// <summary>Names one session may have at once.</summary>
    internal const int MaxNames = 16 * 1024;

    /// <summary>Bytes of text that one session may keep alive by names.</summary>
    internal const long MaxBytes = 64L << 20;

    private readonly Dictionary<byte[], ClientStatement> _names = new(NameComparer.Instance);
    private readonly Dictionary<byte[], ClientStatement>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private long _bytes;

    internal ClientStatements() => _lookup = _names.GetAlternateLookup<ReadOnlySpan<byte>>();

    internal int Count => _names.Count;

    /// <summary>Whether one more name fits.</summary>
    internal bool HasRoom => _names.Count < MaxNames && _bytes < MaxBytes;

    internal bool TryFind(ReadOnlySpan<byte> name, [NotNullWhen(true)] out ClientStatement? found) => _lookup.TryGetValue(Cut(name), out found);

    /// <summary>Gives a statement a name; what had it before loses it.</summary>
    internal ClientStatement Add(ReadOnlySpan<byte> name, Statement statement, long batch)
    {
        if (TryFind(name, out var before))
        {
            Remove(before);
        }

        var added = new ClientStatement(this, Cut(name).ToArray(), statement, batch);
        Put(added);
        return added;
    }

    internal void Remove(ClientStatement statement)
    {
        if (_names.TryGetValue(statement.Name, out var current) && current == statement)
        {
            _names.Remove(statement.Name);
            _bytes -= statement.Statement.ParseBody.Length;
        }
    }

    /// <summary>Takes a name away by a Close that may yet be discarded.</summary>
    internal void Close(ClientStatement statement, long batch)
    {
        statement.ClosedBatch = batch;
        Remove(statement);
    }

    /// <summary>The Close was discarded. Whoever took the name behind it in the same batch is discarded next.</summary>
    internal void Restore(ClientStatement statement)
    {
        if (statement.IsVoid)
        {
            return;
        }

        if (_names.TryGetValue(statement.Name, out var taker))
        {
            if (taker.IsConfirmed || taker.Batch != statement.ClosedBatch)
            {
                return;
            }

            Remove(taker);
        }

        Put(statement);
    }

    /// <summary>The server said that all are gone; those whose Parse is still on its way come after that.</summary>
    internal void RemoveConfirmed()
    {
        foreach (var statement in _names.Values)
        {
            if (statement.IsConfirmed)
            {
                Remove(statement);
            }
        }
    }

    private void Put(ClientStatement statement)
    {
        _names.Add(statement.Name, statement);
        _bytes += statement.Statement.ParseBody.Length;
    }

    // The server's own table of names compares no more than this.
    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> name) => name[..Math.Min(name.Length, ProtocolConstants.MaxNameBytes)];
}
