using System.Text;
using PgOAuth.Testing.Wire;

namespace PgOAuth.IntegrationTests.Soak;

/// <summary>
/// What a session must see: PostgreSQL's rules for the order of replies, statements, portals and transactions, applied to
/// the messages that were sent. Anything else is a violation.
/// </summary>
internal sealed class SoakModel
{
    private readonly string _id;
    private readonly string _subject;
    private readonly Queue<SoakIntent> _owed = new();
    private readonly Dictionary<string, SoakShape> _statements = [];
    private readonly Dictionary<string, (SoakShape Shape, string Nonce)> _portals = [];
    private string _name;
    private bool _isSkipping;
    private bool _isInBlock;
    private bool _hasFailed;
    private bool _isHalfway;
    private bool _hasDiscarded;
    private int _statement;

    public SoakModel(string id, string subject)
    {
        _id = id;
        _name = id;
        _subject = subject;
    }

    /// <summary>Whether a cancel of this session's own may still arrive.</summary>
    public bool MayBeCancelled { get; set; }

    public bool IsInBlock => _isInBlock;

    /// <summary>Whether everything sent was answered.</summary>
    public bool IsAnswered => _owed.Count == 0;

    /// <summary>How many messages are still to be answered.</summary>
    public int Owed => _owed.Count;

    public void Sent(SoakIntent intent)
    {
        if (intent.Type == 'S')
        {
            _isSkipping = false;
        }

        if (!_isSkipping)
        {
            _owed.Enqueue(intent);
        }

        _hasDiscarded |= intent.Statements.Any(static each => each.Tag == "DISCARD");
    }

    public void Took(WireMessage message)
    {
        switch (message.Type)
        {
            case 'N':
                return;
            case 'S':
                TookSetting(message);
                return;
            case 'A':
                Require(message.Text.Contains("soak_" + _id, StringComparison.Ordinal), message, "a notification for another");
                return;
            case 'E':
                TookError(message);
                return;
        }

        Require(_owed.Count > 0, message, "nothing is owed");
        var head = _owed.Peek();
        switch (head.Type, message.Type)
        {
            case ('P', '1'):
                Require(head.Name.Length == 0 || !_statements.ContainsKey(head.Name), message, "the name was in use");
                Require(!head.Shape!.FailsAtParse, message, "it should have failed");
                Require(!_hasFailed || head.Shape.IsEnd, message, "the transaction has failed");
                _statements[head.Name] = head.Shape;
                _owed.Dequeue();
                break;

            case ('B', '2'):
                Require(_statements.TryGetValue(head.Name, out var bound), message, "there is no such statement");
                Require(bound!.HasNonce == (head.Nonce.Length > 0), message, "the parameters do not fit");
                Require(!_hasFailed || bound.IsEnd, message, "the transaction has failed");
                _portals[head.Portal] = (bound, head.Nonce);
                _owed.Dequeue();
                break;

            case ('C', '3'):
                _statements.Remove(head.Name);
                _owed.Dequeue();
                break;

            case ('D', 't') when !_isHalfway:
                Require(_statements.ContainsKey(head.Name), message, "there is no such statement");
                _isHalfway = true;
                break;

            case ('D', 'T' or 'n') when _isHalfway:
                _isHalfway = false;
                _owed.Dequeue();
                break;

            case ('E', _):
                TookExecuted(head, message);
                break;

            case ('Q', _) when message.Type != 'Z':
                TookQueried(head, message);
                break;

            case ('S', 'Z'):
                _owed.Dequeue();
                TookReady(message);
                break;

            case ('Q', 'Z'):
                Require(_statement == head.Statements.Count, message, "statements were not answered");
                _statement = 0;
                _owed.Dequeue();
                TookReady(message);
                break;

            default:
                throw Violation(message, $"'{head.Type}' is owed an answer");
        }
    }

    private void TookExecuted(SoakIntent head, WireMessage message)
    {
        Require(_portals.TryGetValue(head.Portal, out var portal), message, "there is no such portal");
        var (shape, nonce) = portal;
        switch (message.Type)
        {
            case 'D':
                var row = SoakRows.Read(message);
                Require(row[0] == nonce, message, "the nonce is " + nonce);
                Require(row[1] == SoakRows.Number(shape.Id), message, "the statement is " + shape.Sql);
                Require(row[2] == _subject, message, "the subject is " + _subject);
                break;

            case 'G' when shape.IsCopyIn:
                break;

            case 's':
                Require(head.Rows > 0, message, "all rows were asked for");
                _owed.Dequeue();
                break;

            case 'C':
                Require(shape.Fails is null && head.Fails is null, message, "it should have failed: " + shape.Sql);
                Ended(shape.Tag, message);
                _owed.Dequeue();
                break;

            default:
                throw Violation(message, "not for Execute");
        }
    }

    private void TookQueried(SoakIntent head, WireMessage message)
    {
        Require(_statement < head.Statements.Count, message, "all statements were answered");
        var statement = head.Statements[_statement];
        switch (message.Type)
        {
            case 'T' or 'G' or 'H' or 'c':
                break;

            case 'd':
                Require(statement.Nonce is { } line && message.Text.StartsWith(line, StringComparison.Ordinal), message, "the nonce is " + statement.Nonce);
                break;

            case 'D':
                var row = SoakRows.Read(message);
                Require(statement.ShowsName ? row[0] == _name : statement.Nonce is { } nonce && row[0].StartsWith(nonce, StringComparison.Ordinal), message, "expected " + (statement.ShowsName ? _name : statement.Nonce));
                Require(row.Length < 3 || row[2] == _subject, message, "the subject is " + _subject);
                break;

            case 'C':
                Require(statement.Fails is null, message, "it should have failed: " + statement.Sql);
                Ended(statement.Tag, message);
                _statement++;
                _statements.Remove("");
                if (statement.Tag is "DISCARD" or "DEALLOCATE")
                {
                    Require(statement.Deallocates is null || _statements.ContainsKey(statement.Deallocates), message, "there is no such statement");
                    Forget(statement.Deallocates);
                }

                break;

            default:
                throw Violation(message, "not for Query");
        }
    }

    private void Ended(string tag, WireMessage message)
    {
        var isChain = tag.EndsWith(" CHAIN", StringComparison.Ordinal);
        var word = tag.Split(' ')[0];
        Require(message.Text.StartsWith(_hasFailed && word == "COMMIT" ? "ROLLBACK" : word, StringComparison.Ordinal), message, "expected " + tag);
        switch (word)
        {
            case "BEGIN":
                _isInBlock = true;
                break;

            case "COMMIT" or "ROLLBACK":
                _isInBlock = isChain;
                _hasFailed = false;
                _portals.Clear();
                break;
        }
    }

    private void Forget(string? name)
    {
        if (name is null)
        {
            _statements.Clear();
        }
        else
        {
            _statements.Remove(name);
        }
    }

    private void TookReady(WireMessage message)
    {
        var expected = !_isInBlock ? "I" : _hasFailed ? "E" : "T";
        Require(message.Text == expected, message, "the status is " + expected);
        if (!_isInBlock)
        {
            _portals.Clear();
        }
    }

    private void TookSetting(WireMessage message)
    {
        var parts = message.Text.Split('\0');
        if (parts[0] == "application_name")
        {
            Require(parts[1].StartsWith(_id, StringComparison.Ordinal) || (_hasDiscarded && parts[1].Length == 0), message, "the name of another");
            _name = parts[1];
        }
    }

    private void TookError(WireMessage message)
    {
        var error = WireError.Parse(message.Body);
        if (error.Severity != "ERROR")
        {
            throw new SoakEnded(error.SqlState, error.ToString());
        }

        Require(_owed.Count > 0, message, "nothing is owed");
        var head = _owed.Peek();
        Require((error.SqlState == "57014" && MayBeCancelled) || IsExpected(head, error.SqlState), message, "not an error of " + Describe(head));
        _hasFailed = _isInBlock;
        _isHalfway = false;
        if (head.Type is 'Q' or 'P' && head.Name.Length == 0)
        {
            _statements.Remove("");
        }

        if (head.Type == 'Q')
        {
            _statement = head.Statements.Count;
            return;
        }

        while (_owed.Count > 0 && _owed.Peek().Type != 'S')
        {
            _owed.Dequeue();
        }

        _isSkipping = _owed.Count == 0;
    }

    private bool IsExpected(SoakIntent head, string code)
    {
        var known = _statements.GetValueOrDefault(head.Name);
        return head.Type switch
        {
            'P' => (code == "42P05" && head.Name.Length > 0 && known is not null) || (head.Shape!.FailsAtParse && code == head.Shape.Fails) || (code == "25P02" && _hasFailed && !head.Shape.IsEnd),
            'B' => (code == "26000" && known is null) || (code == "08P01" && known is not null && known.HasNonce != (head.Nonce.Length > 0)) || (code == "25P02" && _hasFailed && known is { IsEnd: false }),
            'D' => (code == "26000" && known is null) || (code == "25P02" && _hasFailed && known is { IsEnd: false }),
            'E' => _portals.TryGetValue(head.Portal, out var portal) ? code == (portal.Shape.Fails ?? head.Fails) : code == "34000",
            'Q' when _statement < head.Statements.Count => head.Statements[_statement] is var statement
                && (code == statement.Fails || (statement.Deallocates is { } name && code == "26000" && !_statements.ContainsKey(name)) || code == statement.MayFail || (code == "25P02" && _hasFailed)),
            _ => false,
        };
    }

    private void Require(bool holds, WireMessage message, string why)
    {
        if (!holds)
        {
            throw Violation(message, why);
        }
    }

    private SoakViolation Violation(WireMessage message, string why)
    {
        var text = message.ToString();
        return new($"{_id} ({_subject}) got {(text.Length > 300 ? text[..300] : text)}: {why}. Owed: {string.Join(", ", _owed.Take(4).Select(Describe))}; block {_isInBlock}, failed {_hasFailed}, statements {string.Join(' ', _statements.Select(static each => each.Key + "=" + each.Value.Id))}.");
    }

    private static string Describe(SoakIntent intent)
    {
        var text = new StringBuilder().Append(intent.Type);
        foreach (var statement in intent.Statements)
        {
            text.Append(' ').Append(statement.Sql).Append(';');
        }

        return text.Append(' ').Append(intent.Name).Append(' ').Append(intent.Shape?.Id).Append(' ').Append(intent.Nonce).ToString();
    }
}
