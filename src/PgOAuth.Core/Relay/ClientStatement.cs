using PgOAuth.Enforcement;

namespace PgOAuth.Relay;

/// <summary>Stage 6: what a client calls a prepared statement; server connections know it under <see cref="Statement.ServerName"/>.</summary>
internal sealed class ClientStatement
{
    private readonly ClientStatements _owner;

    internal ClientStatement(ClientStatements owner, byte[] name, Statement statement, long batch)
    {
        _owner = owner;
        Name = name;
        Statement = statement;
        Batch = batch;
    }

    internal byte[] Name { get; }

    internal Statement Statement { get; }

    /// <summary>The batch it was parsed in.</summary>
    internal long Batch { get; }

    /// <summary>The batch it was closed in.</summary>
    internal long ClosedBatch { get; set; } = -1;

    /// <summary>Whether a reply said that it was parsed.</summary>
    internal bool IsConfirmed { get; set; }

    /// <summary>Whether its Parse failed or was discarded: it never existed.</summary>
    internal bool IsVoid { get; private set; }

    /// <summary>Its Parse failed or was discarded.</summary>
    internal void Void()
    {
        IsVoid = true;
        _owner.Remove(this);
    }

    /// <summary>Its Close was discarded.</summary>
    internal void Restore() => _owner.Restore(this);
}
