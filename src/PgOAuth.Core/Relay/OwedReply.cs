namespace PgOAuth.Relay;

/// <summary>One message that was sent and is not answered yet (stage 6).</summary>
internal struct OwedReply
{
    internal OwedReply(ReplyKind kind, ReplyUse use = ReplyUse.Pass)
    {
        Kind = kind;
        Use = use;
    }

    internal ReplyKind Kind { get; }

    internal ReplyUse Use { get; }

    /// <summary>The first half of the reply has come: ParameterDescription.</summary>
    internal bool IsHalfway { get; set; }
}
