namespace PgOAuth.Relay;

/// <summary>The frontend messages that PostgreSQL answers, and the one that ends a COPY (stage 6).</summary>
internal enum ReplyKind : byte
{
    /// <summary>Any number of results, an error or none, ReadyForQuery.</summary>
    Query,

    /// <summary>An error or none, ReadyForQuery.</summary>
    Sync,

    /// <summary>ParseComplete.</summary>
    Parse,

    /// <summary>BindComplete.</summary>
    Bind,

    /// <summary>ParameterDescription, then RowDescription or NoData.</summary>
    DescribeStatement,

    /// <summary>RowDescription or NoData.</summary>
    DescribePortal,

    /// <summary>Rows or copied data, then CommandComplete, EmptyQueryResponse or PortalSuspended.</summary>
    Execute,

    /// <summary>CloseComplete.</summary>
    Close,

    /// <summary>CopyDone or CopyFail: nothing is owed for it, but it says which Sync messages COPY has swallowed (A29).</summary>
    CopyEnd,

    /// <summary>FunctionCallResponse or an error, ReadyForQuery.</summary>
    FunctionCall,
}
