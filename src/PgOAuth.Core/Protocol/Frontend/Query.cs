namespace PgOAuth.Protocol.Frontend;

/// <summary>Query: SQL text for the simple protocol. A view; valid until the frame is advanced.</summary>
internal readonly ref struct Query
{
    private Query(ReadOnlySpan<byte> sql) => Sql = sql;

    /// <summary>The text, without its NUL.</summary>
    internal ReadOnlySpan<byte> Sql { get; }

    /// <summary>Exactly one string: a second one behind the NUL is an error, not another statement (A16).</summary>
    internal static bool TryParse(in MessageFrame frame, out Query query)
    {
        var parser = new MessageParser(frame.Body);
        var isComplete = parser.TryReadCString(out var sql) && parser.IsAtEnd;
        query = new Query(sql);
        return isComplete;
    }
}
