namespace PgOAuth.Relay;

/// <summary>The ways a message can go. <c>default</c> refuses.</summary>
internal enum FrameKind
{
    /// <summary>The session ends before it.</summary>
    Refuse,

    /// <summary>It goes through as it is.</summary>
    Pass,

    /// <summary>It must be seen whole first.</summary>
    Inspect,

    /// <summary>Something else goes in its place.</summary>
    Replace,

    /// <summary>It goes through and the session ends behind it.</summary>
    PassAndEnd,
}
