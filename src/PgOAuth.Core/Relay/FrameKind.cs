namespace PgOAuth.Relay;

/// <summary>The ways a message can go. <c>default</c> refuses.</summary>
internal enum FrameKind : byte
{
    /// <summary>The session ends before it.</summary>
    Refuse,

    /// <summary>It goes through as it is.</summary>
    Pass,

    /// <summary>It must be seen whole first.</summary>
    Inspect,

    /// <summary>Its first bytes must be seen first, and what there is of it is enough or says how much is.</summary>
    InspectHead,

    /// <summary>More of its first bytes must be seen.</summary>
    NeedMore,

    /// <summary>Something else goes in the place of its first bytes; the rest goes through as it is.</summary>
    ReplaceHead,

    /// <summary>It cannot go anywhere until a server connection is there.</summary>
    NeedServer,

    /// <summary>It cannot be judged until the policy and the catalog are there.</summary>
    NeedPolicy,

    /// <summary>It cannot go before the server has answered the prelude.</summary>
    NeedReply,

    /// <summary>Something else goes in its place.</summary>
    Replace,
}
