namespace PgOAuth.Relay;

/// <summary>What becomes of a reply of the server (stage 6).</summary>
[Flags]
internal enum ReplyUse : byte
{
    /// <summary>It answers a message of the client.</summary>
    Pass = 0,

    /// <summary>It answers a message of the proxy's own; the client does not see it, except an error, which stands in the client's batch.</summary>
    Drop = 1,

    /// <summary>CloseComplete that the client gets as ParseComplete.</summary>
    AsParse = 2,

    /// <summary>An error here ends the session: what the client sent behind it must not run.</summary>
    Required = 4,

    /// <summary>It changes what the client's unnamed statement is.</summary>
    Unnamed = 8,
}
