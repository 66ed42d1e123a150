using System.Diagnostics.CodeAnalysis;
using PgOAuth.Enforcement;
using PgOAuth.Operations;

namespace PgOAuth.Relay;

/// <summary>Stage 6: what the proxy knows of the conversation with one client. Costs next to nothing until something is known.</summary>
internal sealed class ClientConversation
{
    /// <summary>No message of the server connection in use.</summary>
    internal const long NoNumber = -2;

    private DenialMarker? _marker;
    private ClientStatements? _statements;

    // By the loop's clock; 0 while there is none.
    private long _queryAt;
    private long _transactionAt;

    internal ClientConversation(DenialMarker? marker = null) => _marker = marker;

    /// <summary>The secret by which denials come back; see <see cref="DenialMarker"/>.</summary>
    /// <param name="server">Where the next denial goes.</param>
    internal DenialMarker MarkerFor(ServerConversation server)
    {
        _marker ??= new DenialMarker();
        if (_marker.Count > 0 && server.Replies.Count == 0)
        {
            _marker.Clear();
        }

        return _marker;
    }

    /// <summary>What the loop counts of the client's database; null when nobody counts.</summary>
    internal DatabaseCounters? Counters { get; set; }

    /// <summary>Something goes to the server that it will answer: the query and the transaction begin, unless they have begun.</summary>
    internal void Asking()
    {
        if (_queryAt == 0 && Counters is { } counters)
        {
            _queryAt = counters.Now;
            _transactionAt = _transactionAt == 0 ? _queryAt : _transactionAt;
        }
    }

    /// <summary>A ReadyForQuery goes to the client.</summary>
    /// <param name="isTransactionOver">Whether it says idle.</param>
    /// <param name="isMoreOwed">Whether the next query has been sent already: it begins now.</param>
    internal void Answered(bool isTransactionOver, bool isMoreOwed)
    {
        if (Counters is not { } counters)
        {
            return;
        }

        var now = counters.Now;
        counters.QueryOver(_queryAt == 0 ? 0 : now - _queryAt);
        _queryAt = isMoreOwed ? now : 0;
        if (isTransactionOver)
        {
            counters.TransactionOver(_transactionAt == 0 ? 0 : now - _transactionAt);
            _transactionAt = _queryAt;
        }
    }

    /// <summary>The statement gate; null when it is off.</summary>
    internal ClientGate? Gate { get; init; }

    /// <summary>The settings as the client was told.</summary>
    internal ReportedSettings Settings { get; set; } = ReportedSettings.None;

    /// <summary>What a shared server connection is told of the person; empty when it is told nothing.</summary>
    internal SettingValue[] Claims { get; set; } = [];

    /// <summary>What its unnamed prepared statement is; null when it has none.</summary>
    internal Statement? Unnamed { get; set; }

    /// <summary>The number of the message that made it so, on the server connection in use.</summary>
    internal long UnnamedNumber { get; set; } = NoNumber;

    /// <summary>The number of the last message behind which all its named statements may be gone, on the server connection in use.</summary>
    internal long UnprepareNumber { get; set; } = NoNumber;

    /// <summary>Whether the open batch has such a statement: then it is the Sync.</summary>
    internal bool IsUnpreparing { get; set; }

    /// <summary>Its named prepared statements, where server connections are shared; made when first asked for.</summary>
    internal ClientStatements Statements => _statements ??= new ClientStatements();

    /// <summary>Whether it has named any.</summary>
    internal bool HasStatements => _statements is { Count: > 0 };

    /// <summary>Whether nobody knows yet what its names stand for.</summary>
    internal bool IsUnprepareOwed(ReplyQueue replies) => UnprepareNumber >= 0 && !replies.IsAnswered(UnprepareNumber);

    /// <summary>It is told that all prepared statements are gone.</summary>
    internal void StatementsRemoved() => _statements?.RemoveConfirmed();

    /// <summary>Whether an error answers a statement that was denied, and why it was.</summary>
    internal bool TryReadDenial(ReadOnlySpan<byte> message, [NotNullWhen(true)] out Denial? denial)
    {
        denial = null;
        return _marker is not null && _marker.TryRead(message, out denial);
    }
}
