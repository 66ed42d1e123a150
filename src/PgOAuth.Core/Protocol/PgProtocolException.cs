namespace PgOAuth.Protocol;

/// <summary>The peer broke the wire protocol in a place where no result value can say so.</summary>
internal sealed class PgProtocolException : Exception
{
    internal PgProtocolException(string message)
        : base(message)
    {
    }
}
