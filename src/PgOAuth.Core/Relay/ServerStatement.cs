using PgOAuth.Enforcement;

namespace PgOAuth.Relay;

/// <summary>
/// Stage 6: a prepared statement of the proxy's on one server connection. What is known for certain is what replies have
/// said; what was sent since may yet be discarded by the server, because of an error before it.
/// </summary>
internal sealed class ServerStatement
{
    private readonly ServerStatements _owner;

    internal ServerStatement(ServerStatements owner, Statement statement)
    {
        _owner = owner;
        Statement = statement;
    }

    internal Statement Statement { get; }

    /// <summary>Whether it exists, as of the last reply.</summary>
    internal bool Exists { get; set; }

    /// <summary>Whether it may exist although no reply said so.</summary>
    internal bool IsUncertain { get; set; }

    /// <summary>Parse and Close messages that are not answered.</summary>
    internal int Pending { get; private set; }

    /// <summary>The batch of the last of them; all of a batch behind an error is discarded together.</summary>
    internal long SentBatch { get; private set; }

    /// <summary>Whether it exists when the last of them is done.</summary>
    internal bool SentExists { get; private set; }

    /// <summary>The state of the table when it was parsed; see <see cref="ServerStatements.Doubt"/>.</summary>
    internal int Generation { get; set; }

    /// <summary>The number of the last message that used it.</summary>
    internal long UsedNumber { get; set; }

    /// <summary>Neighbours in the order of use; null when it is not in it.</summary>
    internal ServerStatement? Newer { get; set; }

    internal ServerStatement? Older { get; set; }

    internal bool IsListed { get; set; }

    internal void Sent(bool exists, long batch)
    {
        Pending++;
        SentBatch = batch;
        SentExists = exists;
    }

    internal void Parsed()
    {
        Pending--;
        Exists = true;
        IsUncertain = false;
    }

    internal void Closed()
    {
        Pending--;
        Exists = false;
        IsUncertain = false;
        _owner.Settle(this);
    }

    internal void Skipped()
    {
        Pending--;
        _owner.Settle(this);
    }

    /// <param name="fault">What the error says.</param>
    /// <param name="changes">Whether it answers a Parse or Close, and not a message that only uses the statement.</param>
    internal void Failed(StatementFault fault, bool changes)
    {
        IsUncertain |= fault is not StatementFault.None;
        if (fault is StatementFault.Missing)
        {
            // Somebody removed it behind the proxy's back, and perhaps not it alone.
            _owner.Doubt();
        }

        if (changes)
        {
            Pending--;
            _owner.Settle(this);
        }
    }
}
