using PgOAuth.Diagnostics;
using PgOAuth.Enforcement;
using PgOAuth.Protocol;

namespace PgOAuth.Relay;

/// <summary>Stages 6 and 7: puts what is certain to fail in the place of a denied message, and notes what the server owes for it.</summary>
/// <param name="client">Whose message it is.</param>
/// <param name="server">Where it would have gone.</param>
/// <param name="rewriter">Used in transaction mode.</param>
/// <param name="isMultiplexed">Whether it is transaction mode.</param>
/// <param name="output">Receives the message.</param>
/// <param name="metrics">Counts denials.</param>
internal readonly ref struct DenialWriter(
    ClientConversation client,
    ServerConversation server,
    StatementRewriter rewriter,
    bool isMultiplexed,
    MessageWriter output,
    PgOAuthMetrics metrics)
{
    private readonly ClientConversation _client = client;
    private readonly ServerConversation _server = server;
    private readonly StatementRewriter _rewriter = rewriter;
    private readonly bool _isMultiplexed = isMultiplexed;
    private readonly MessageWriter _output = output;
    private readonly PgOAuthMetrics _metrics = metrics;

    /// <summary>A Query, or a FunctionCall.</summary>
    internal FrameDisposition Query(Denial denial)
    {
        MarkerOf(denial).WriteQuery(_output, denial);
        if (_isMultiplexed)
        {
            _rewriter.AddUnnamed(ReplyKind.Query);
        }
        else
        {
            _server.Replies.Add(new OwedReply(ReplyKind.Query));
        }

        return FrameDisposition.Replace;
    }

    internal FrameDisposition Parse(ReadOnlySpan<byte> name, Denial denial)
    {
        // In transaction mode names are the proxy's own; as an unnamed one it fails all the same.
        MarkerOf(denial).WriteParse(_output, _isMultiplexed ? default : name, denial);
        if (_isMultiplexed && name.IsEmpty)
        {
            _rewriter.AddUnnamed(ReplyKind.Parse);
        }
        else
        {
            _server.SetUnnamed(null);
            _server.Replies.Add(new OwedReply(ReplyKind.Parse));
        }

        return FrameDisposition.Replace;
    }

    internal FrameDisposition Bind(Denial denial)
    {
        MarkerOf(denial).WriteBind(_output, denial);
        _server.Replies.Add(new OwedReply(ReplyKind.Bind));
        return FrameDisposition.Replace;
    }

    internal FrameDisposition Execute(Denial denial)
    {
        MarkerOf(denial).WriteExecute(_output, denial);
        _server.Replies.Add(new OwedReply(ReplyKind.Execute));
        return FrameDisposition.Replace;
    }

    private DenialMarker MarkerOf(Denial denial)
    {
        _metrics.StatementDenied(denial.Reason);
        return _client.MarkerFor(_server);
    }
}
