using PgOAuth.Enforcement;

namespace PgOAuth.Relay;

/// <summary>
/// Stages 6 and 7: the statement gate in one client's conversation: which of its messages run what was judged under an earlier policy or
/// catalog, and have to be judged again (A25, A27, A28).
/// </summary>
internal sealed class ClientGate
{
    private readonly SessionGate _gate;
    private readonly SessionNames _names = new();
    private readonly int _firstContext;
    private int _grantNumber;
    private bool _arePortalsOutdated;
    private bool _holdsCursors;
    private bool _preparesDefinitions;
    private Statement? _forgetting;
    private long _batch;
    private byte[] _freshPortal = [];
    private long _freshBatch = -1;

    /// <param name="gate">Refreshed once.</param>
    internal ClientGate(SessionGate gate)
    {
        _gate = gate;
        _firstContext = gate.ContextNumber;
        _grantNumber = gate.GrantNumber;
    }

    /// <summary>What statements are judged in; null when the catalog cannot be read.</summary>
    internal GateContext? Context => _gate.Context;

    /// <summary>Whether errors are looked at for rows that the session may not see.</summary>
    internal bool HidesRows => _gate.Enforces;

    /// <summary>Whether an error about this table may show its row.</summary>
    internal bool MayShowRow(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> table) => !_gate.Enforces || RowDetails.MayBeShown(Context, schema, table);

    /// <summary>Whether every verdict of this session still holds: what was prepared may be bound unseen.</summary>
    internal bool IsSettled => HoldsFirst && _gate.IsCurrent;

    /// <summary>Whether every portal of this session was opened under the policy in force.</summary>
    internal bool ArePortalsCurrent => !_arePortalsOutdated && _gate.IsCurrent;

    private static ReadOnlySpan<byte> OwnPrefix => "pgoauth_"u8;

    private bool HoldsFirst =>
        _gate.ContextNumber == _firstContext && !_gate.HasChangedDefinitions && !_preparesDefinitions && _gate.Context is not null;

    /// <summary>Makes the verdicts those of this moment. False: <see cref="RefreshAsync"/> has to be awaited first.</summary>
    /// <param name="server">The server connection in use, if any.</param>
    internal bool TryRefresh(ServerConversation? server)
    {
        var isIdle = server is null or { IsIdle: true };
        if (!_gate.TryRefresh())
        {
            return false;
        }

        if (_gate.GrantNumber != _grantNumber)
        {
            _grantNumber = _gate.GrantNumber;
            _arePortalsOutdated = !isIdle || _holdsCursors;
        }
        else if (isIdle)
        {
            _arePortalsOutdated &= _holdsCursors;
        }

        return true;
    }

    internal ValueTask RefreshAsync(CancellationToken cancellationToken) => _gate.RefreshAsync(cancellationToken);

    /// <summary>Whether a newer catalog may know the names in it.</summary>
    internal bool WantsNewerCatalog(Statement statement) => _gate.WantsNewerCatalog(statement);

    /// <summary>The server is outside a transaction, and nothing is on its way: to be called before the client knows.</summary>
    internal void ServerIdle()
    {
        if (_forgetting is { } statement)
        {
            _forgetting = null;
            Forget(statement);
        }

        if (_gate.HasChangedDefinitions)
        {
            _gate.DefinitionsEnded();
        }
    }

    /// <summary>The server has answered with an error: nobody knows what it has not done.</summary>
    internal void ServerFailed() => _forgetting = null;

    /// <summary>A Sync: what failed before it does not keep what follows from running.</summary>
    /// <remarks>Counted here: which Syncs COPY swallows, <see cref="ReplyQueue"/> knows only when the server has answered.</remarks>
    internal void Synced() => _batch++;

    /// <summary>Why a text must not be forwarded; null when it may be. The verdict counts.</summary>
    /// <param name="statement">As judged in <see cref="Context"/>.</param>
    /// <param name="cache">Judges what it executes by name.</param>
    internal Denial? Check(Statement statement, StatementCache cache) => _gate.Decided(statement, FindDenial(statement, cache), cache);

    /// <summary>Why a prepared statement must not be bound now; null when it may be.</summary>
    internal Denial? CheckBound(Statement? statement, StatementCache cache)
    {
        var denial = statement is null || HoldsFirst ? null : Check(cache.Judge(statement, Context), cache);
        _gate.HasChangedDefinitions |= denial is null && statement is { ChangesDefinitions: true };
        return denial;
    }

    /// <summary>As the other, for a name that the server knows as the client gave it.</summary>
    internal Denial? CheckBound(ReadOnlySpan<byte> name, StatementCache cache)
    {
        if (HoldsFirst)
        {
            return null;
        }

        var known = _names.Find(name);
        var denial = known.Judge(cache, Context, _batch) is { } statement ? Check(statement, cache)
            : !_gate.Enforces ? null
            : Refused(Context is null ? StatementDenial.NoCatalog : StatementDenial.NotPrepared);
        _gate.HasChangedDefinitions |= denial is null && known.ChangesDefinitions;
        return denial;
    }

    /// <summary>Whether a portal may go on: it was opened under the policy in force, as far as anybody can tell.</summary>
    internal bool MayExecute(ReadOnlySpan<byte> portal)
    {
        var may = !_gate.Enforces || !_arePortalsOutdated || (_batch == _freshBatch && portal.SequenceEqual(_freshPortal));
        if (!may)
        {
            Refused(StatementDenial.Outdated);
        }

        return may;
    }

    /// <summary>What has no text that could be judged is refused; this counts.</summary>
    internal Denial Refused(StatementDenial reason) => _gate.Refused(Denial.Of(reason));

    /// <summary>A portal is opened. If that fails, nothing else of its batch runs.</summary>
    internal void Bound(ReadOnlySpan<byte> portal)
    {
        if (_arePortalsOutdated)
        {
            _freshPortal = portal.ToArray();
            _freshBatch = _batch;
        }
    }

    /// <summary>A text is forwarded.</summary>
    /// <param name="statement">The text.</param>
    /// <param name="server">Where it goes; nothing was noted there for it yet.</param>
    /// <param name="isPrepared">Whether it is prepared only, to be run any number of times, or never.</param>
    internal void Passed(Statement statement, ServerConversation server, bool isPrepared)
    {
        _gate.HasChangedDefinitions |= statement.ChangesDefinitions;
        _preparesDefinitions |= isPrepared && statement.ChangesDefinitions;
        _forgetting = null;
        if (statement.Names is { } names)
        {
            _holdsCursors |= names.DeclaresHold;
            foreach (var name in names.Prepares)
            {
                _names.Add(name, statement, isCertain: false, isLasting: isPrepared);
            }
        }

        // It may yet fail, if only because it is cancelled.
        if (statement.Form is not StatementForm.Other && !isPrepared && server.IsIdle)
        {
            _forgetting = statement;
        }
    }

    /// <summary>A statement is prepared by the protocol, under the client's own name.</summary>
    internal void Prepared(ReadOnlySpan<byte> name, Statement statement, ServerConversation server) =>
        _names.Add(name, statement, isCertain: server.Replies.Count == 0 && !server.Replies.IsSkipping, _batch);

    /// <summary>A statement is closed by the protocol, under the client's own name.</summary>
    internal void Closed(ReadOnlySpan<byte> name, ServerConversation server)
    {
        if (server.Replies.Count == 0 && !server.Replies.IsSkipping)
        {
            _names.Remove(name);
        }
    }

    private Denial? FindDenial(Statement statement, StatementCache cache)
    {
        if (!_gate.Enforces || statement.Denial is not null)
        {
            return statement.Denial;
        }

        return Context is null ? statement.IsTransactionControl ? null : Denial.Of(StatementDenial.NoCatalog)
            : statement.Names is { } names ? Check(names, cache)
            : null;
    }

    private Denial? Check(StatementNames names, StatementCache cache)
    {
        if (names.UsesCursor && _arePortalsOutdated)
        {
            return Denial.Of(StatementDenial.Outdated);
        }

        foreach (var name in names.Executes)
        {
            // Names on shared connections are other people's statements as well: to have tried to take one gives nobody the right to it.
            if (name.AsSpan().StartsWith(OwnPrefix))
            {
                return Denial.Of(StatementDenial.NotPrepared);
            }

            if (_names.Find(name).FindDenial(cache, Context) is { } denial)
            {
                return denial;
            }
        }

        return null;
    }

    private void Forget(Statement statement)
    {
        if (statement.Form is StatementForm.Deallocate)
        {
            _names.Remove(System.Text.Encoding.UTF8.GetBytes(statement.Name!));
            return;
        }

        _names.Clear();
        _holdsCursors &= statement.Form is not StatementForm.DiscardAll;
    }
}
