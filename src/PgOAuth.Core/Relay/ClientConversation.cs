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
