namespace PgOAuth.Relay;

/// <summary>Stage 6: what the proxy knows of the conversation on one server connection.</summary>
internal sealed class ServerConversation
{
    /// <summary>What the server owes.</summary>
    internal ReplyQueue Replies { get; } = new();

    /// <summary>What ReadyForQuery said last.</summary>
    internal byte TransactionStatus => Replies.TransactionStatus;

    /// <summary>Whether nothing is owed, no batch and no COPY is open, and the server says idle.</summary>
    internal bool IsIdle => Replies.IsIdle;

    /// <summary>Whether the server still works on something.</summary>
    internal bool IsBusy => Replies.IsBusy;

    /// <summary>Whether every reply fitted; if not, the connection serves its session to the end and is closed.</summary>
    internal bool IsAccountable => Replies.IsAccountable;
}
