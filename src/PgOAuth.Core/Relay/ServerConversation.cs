using System.Diagnostics.CodeAnalysis;
using PgOAuth.Enforcement;
using PgOAuth.Protocol;

namespace PgOAuth.Relay;

/// <summary>
/// Stage 6: what the proxy knows of the conversation on one server connection. Sans input and output: whoever moves the
/// bytes does this, on one thread at a time.
/// <list type="number">
/// <item>The client's <see cref="RelayStep.Step"/> says <see cref="Awaited.Server"/>: take an idle connection whose conversation
/// is accountable, call <see cref="ClientStep.Attach"/>, set <see cref="ServerStep.Client"/>, and step again with the same bytes.</item>
/// <item>Whatever comes from either side goes through its step. What stands in <see cref="RelayStep.Replacement"/> is sent
/// behind <see cref="RelayAction.Forward"/>, whatever else the action says.</item>
/// <item>Behind each step of the server's: <see cref="IsIdle"/> and both steps at a boundary mean that the connection can go:
/// <see cref="ClientStep.Detach"/>, <see cref="ServerStep.Client"/> null. If it is not <see cref="IsAccountable"/>, or was
/// <see cref="SessionEffects.Tainted"/>, it is closed at the session's end; if <see cref="Effects"/> says touched,
/// <see cref="WriteReset"/> or a prelude with reset comes before the next session.</item>
/// <item>While nobody uses it, what it says still goes through <see cref="ServerStep"/>, which ends it for anything but
/// settings and notices.</item>
/// </list>
/// </summary>
internal sealed class ServerConversation
{
    private readonly int _maxStatements;
    private ServerStatements? _statements;
    private Statement? _unnamed;
    private long _preludeNumber = -1;
    private long _unnamedBatch;
    private long _unnamedNumber;

    /// <param name="settings">Shares settings that are equal; null when nobody needs to know them.</param>
    /// <param name="maxStatements">Prepared statements to keep, where sessions share the connection by transactions.</param>
    internal ServerConversation(ReportedSettingsTable? settings = null, int maxStatements = 0)
    {
        SettingsTable = settings;
        _maxStatements = maxStatements;
    }

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

    /// <summary>What the statements since the last reset may have left behind.</summary>
    internal SessionEffects Effects { get; set; }

    /// <summary>The settings as the server reported them.</summary>
    internal ReportedSettings Settings { get; set; } = ReportedSettings.None;

    internal ReportedSettingsTable? SettingsTable { get; }

    /// <summary>The prepared statements that sessions share.</summary>
    internal ServerStatements Statements => _statements ??= new ServerStatements(Replies, _maxStatements);

    /// <summary>How many of them there are. May be read from anywhere.</summary>
    internal int StatementCount => _statements?.Count ?? 0;

    /// <summary>The name that shows whether a prelude succeeded; see <see cref="Prelude"/>.</summary>
    [field: MaybeNull]
    internal PreludeName PreludeName => field ??= new PreludeName();

    /// <summary>Whether the last prelude's success is not known yet.</summary>
    internal bool IsPreludeOpen => _preludeNumber >= 0 && !Replies.IsAnswered(_preludeNumber);

    /// <summary>
    /// Whether the server may still be at work on the prelude, which a cancel must not hit. Its Sync is answered at once; the
    /// check behind it, like all that does not end in ReadyForQuery, only together with what the client has sent.
    /// </summary>
    internal bool IsPreludeRunning => _preludeNumber > 0 && !Replies.IsAnswered(_preludeNumber - 1);

    /// <summary>Whether the next message of the client's must not run if the prelude has failed, and nothing in front of it sees to that yet.</summary>
    internal bool NeedsPreludeCheck { get; set; }

    /// <summary>The proxy's own DISCARD ALL, for a connection that nobody uses; the replies go through <see cref="ServerStep"/>.</summary>
    /// <remarks>It is over when <see cref="IsIdle"/> is true again; if it fails, the step ends the connection.</remarks>
    internal void WriteReset(MessageWriter output)
    {
        output.BeginMessage(MessageTypes.Frontend.Query);
        output.WriteCString("DISCARD ALL"u8);
        output.EndMessage();
        Replies.Add(new OwedReply(ReplyKind.Query, ReplyUse.Drop | ReplyUse.Required));
        ResetSent();
    }

    /// <summary>DISCARD ALL is on its way, and nothing that comes before its success is of use to anybody.</summary>
    internal void ResetSent()
    {
        _statements?.Clear();
        _unnamed = null;
        Effects &= SessionEffects.Tainted | SessionEffects.Residue;
    }

    /// <summary>The server said that it removed all prepared statements.</summary>
    internal void StatementsRemoved() => _statements?.Removed();

    /// <summary>The reply with this number says whether the prelude succeeded.</summary>
    internal void PreludeSent(long number) => _preludeNumber = number;

    /// <summary>Whether the server's unnamed statement is this one for a message that is sent now.</summary>
    internal bool HasUnnamed(Statement statement) =>
        _unnamed == statement && (_unnamedBatch == Replies.Batch || Replies.IsAnswered(_unnamedNumber));

    /// <summary>A Parse of the unnamed statement is sent next, or something that removes it.</summary>
    internal void SetUnnamed(Statement? statement)
    {
        _unnamed = statement;
        _unnamedBatch = Replies.Batch;
        _unnamedNumber = Replies.NextNumber;
    }
}
