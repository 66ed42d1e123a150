using PgOAuth.Protocol;
using PgOAuth.Protocol.Backend;
using PgOAuth.Protocol.Frontend;
using PgOAuth.Sessions;

namespace PgOAuth.Operations.AdminDatabase;

/// <summary>The simple and the extended query protocol, as far as commands without parameters need it. One client; not thread-safe.</summary>
internal sealed class AdminProtocol
{
    /// <summary>Names a client may keep; it has no use for more.</summary>
    private const int MostNames = 100;

    private static readonly AdminAnswer NotUnderstood = AdminAnswer.Error(SqlStates.SyntaxError, "the admin database does not know this command", AdminCommandParser.Hint);

    private readonly MessageWriter _output;
    private readonly AdminDesk _desk;
    private readonly Dictionary<string, AdminCommand?> _statements = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AdminPortal> _portals = new(StringComparer.Ordinal);
    private bool _isSkipping;

    internal AdminProtocol(MessageWriter output, AdminDesk desk)
    {
        _output = output;
        _desk = desk;
    }

    /// <summary>A whole Query message: its commands one after the other, up to the first error.</summary>
    internal async ValueTask<SessionFailure?> QueryAsync(IReadOnlyList<AdminCommand>? commands, CancellationToken cancellationToken)
    {
        _isSkipping = false;
        _statements.Remove("");
        _portals.Clear();
        var end = await RunAsync(commands, cancellationToken).ConfigureAwait(false);
        if (end is null)
        {
            ReadyForQuery.Write(_output, ReadyForQuery.Idle);
        }

        return end;
    }

    /// <summary>Sync: the batch is over, and portals with it.</summary>
    internal void Sync()
    {
        _isSkipping = false;
        _portals.Clear();
        ReadyForQuery.Write(_output, ReadyForQuery.Idle);
    }

    /// <summary>A message of the extended protocol other than Sync and Execute. False when it is malformed.</summary>
    internal bool Handle(in MessageFrame frame) => _isSkipping || frame.Type switch
    {
        MessageTypes.Frontend.Parse => Prepare(frame),
        MessageTypes.Frontend.Bind => Bind(frame),
        MessageTypes.Frontend.Describe => Describe(frame),
        MessageTypes.Frontend.Close => Close(frame),
        _ => false,
    };

    /// <summary>Execute: at most so many rows, 0 for all.</summary>
    internal async ValueTask<SessionFailure?> ExecuteAsync(string name, int most, CancellationToken cancellationToken)
    {
        if (_isSkipping)
        {
            return null;
        }

        if (!_portals.TryGetValue(name, out var portal))
        {
            Fail(AdminAnswer.Error(SqlStates.InvalidCursorName, $"portal \"{name}\" does not exist"));
            return null;
        }

        if (portal.Command is not { } command)
        {
            AdminReplies.WriteEmpty(_output, MessageTypes.Backend.EmptyQueryResponse);
            return null;
        }

        if (!portal.IsExecuted)
        {
            var answer = await _desk.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
            if (answer.End is not null || answer.SqlState is not null)
            {
                Fail(answer);
                return answer.End;
            }

            portal.IsExecuted = true;
            portal.Table = answer.Table;
            Notice(answer);
        }

        SendRows(portal, command, most);
        return null;
    }

    private async ValueTask<SessionFailure?> RunAsync(IReadOnlyList<AdminCommand>? commands, CancellationToken cancellationToken)
    {
        if (commands is null)
        {
            AdminReplies.WriteError(_output, NotUnderstood);
            return null;
        }

        if (commands.Count == 0)
        {
            AdminReplies.WriteEmpty(_output, MessageTypes.Backend.EmptyQueryResponse);
        }

        foreach (var command in commands)
        {
            var answer = await _desk.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
            if (answer.End is not null)
            {
                return answer.End;
            }

            if (answer.SqlState is not null)
            {
                AdminReplies.WriteError(_output, answer);
                return null;
            }

            Notice(answer);
            if (answer.Table is { } table)
            {
                AdminReplies.WriteColumns(_output, table.Columns, null);
            }

            SendRows(new AdminPortal(command, []) { Table = answer.Table }, command, 0);
        }

        return null;
    }

    private void SendRows(AdminPortal portal, AdminCommand command, int most)
    {
        if (portal.Table is { } table)
        {
            for (var sent = 0; portal.RowsSent < table.Rows.Count; sent++, portal.RowsSent++)
            {
                if (most > 0 && sent == most)
                {
                    AdminReplies.WriteEmpty(_output, MessageTypes.Backend.PortalSuspended);
                    return;
                }

                AdminReplies.WriteRow(_output, table.Rows[portal.RowsSent], portal);
            }
        }

        AdminReplies.WriteComplete(_output, command.Tag);
    }

    private bool Prepare(in MessageFrame frame)
    {
        if (!Parse.TryParse(frame, out var parse))
        {
            return false;
        }

        var name = AdminText.Of(parse.StatementName);
        var commands = AdminCommandParser.TryParse(parse.Sql);
        if (commands is not { Count: <= 1 })
        {
            Fail(commands is null ? NotUnderstood : AdminAnswer.Error(SqlStates.SyntaxError, "cannot insert multiple commands into a prepared statement"));
        }
        else if (name.Length > 0 && _statements.ContainsKey(name))
        {
            Fail(AdminAnswer.Error(SqlStates.DuplicatePreparedStatement, $"prepared statement \"{name}\" already exists"));
        }
        else if (_statements.Count >= MostNames && name.Length > 0)
        {
            Fail(AdminAnswer.Error(SqlStates.ProgramLimitExceeded, "too many prepared statements"));
        }
        else
        {
            _statements[name] = commands.Count == 0 ? null : commands[0];
            AdminReplies.WriteEmpty(_output, MessageTypes.Backend.ParseComplete);
        }

        return true;
    }

    private bool Bind(in MessageFrame frame)
    {
        if (!AdminBind.TryParse(frame, out var bind))
        {
            return false;
        }

        if (!_statements.TryGetValue(bind.Statement, out var command))
        {
            Fail(NoStatement(bind.Statement));
        }
        else if (bind.Parameters != 0)
        {
            Fail(AdminAnswer.Error(SqlStates.ProtocolViolation, $"bind message supplies {bind.Parameters} parameters, but the command takes none"));
        }
        else if (bind.Formats.Length > 1 && bind.Formats.Length != (ColumnsOf(command)?.Length ?? 0))
        {
            Fail(AdminAnswer.Error(SqlStates.ProtocolViolation, $"bind message has {bind.Formats.Length} result formats but query has {ColumnsOf(command)?.Length ?? 0} columns"));
        }
        else if (_portals.Count >= MostNames)
        {
            Fail(AdminAnswer.Error(SqlStates.ProgramLimitExceeded, "too many portals"));
        }
        else
        {
            _portals[bind.Portal] = new AdminPortal(command, bind.Formats);
            AdminReplies.WriteEmpty(_output, MessageTypes.Backend.BindComplete);
        }

        return true;
    }

    private bool Describe(in MessageFrame frame)
    {
        if (!AdminText.TryReadTarget(frame.Body, out var kind, out var name))
        {
            return false;
        }

        AdminCommand? command;
        AdminPortal? portal = null;
        if (kind == (byte)'S')
        {
            if (!_statements.TryGetValue(name, out command))
            {
                Fail(NoStatement(name));
                return true;
            }

            _output.BeginMessage(MessageTypes.Backend.ParameterDescription);
            _output.WriteInt16(0);
            _output.EndMessage();
        }
        else if (_portals.TryGetValue(name, out portal))
        {
            command = portal.Command;
        }
        else
        {
            Fail(AdminAnswer.Error(SqlStates.InvalidCursorName, $"portal \"{name}\" does not exist"));
            return true;
        }

        if (ColumnsOf(command) is { } columns)
        {
            AdminReplies.WriteColumns(_output, columns, portal);
        }
        else
        {
            AdminReplies.WriteEmpty(_output, MessageTypes.Backend.NoData);
        }

        return true;
    }

    private bool Close(in MessageFrame frame)
    {
        if (!AdminText.TryReadTarget(frame.Body, out var kind, out var name))
        {
            return false;
        }

        _ = kind == (byte)'S' ? _statements.Remove(name) : _portals.Remove(name);
        AdminReplies.WriteEmpty(_output, MessageTypes.Backend.CloseComplete);
        return true;
    }

    private void Fail(AdminAnswer answer)
    {
        _isSkipping = true;
        if (answer.SqlState is not null)
        {
            AdminReplies.WriteError(_output, answer);
        }
    }

    private void Notice(AdminAnswer answer)
    {
        if (answer.Notice is { } notice)
        {
            ErrorResponse.WriteNotice(_output, notice);
        }
    }

    private static AdminAnswer NoStatement(string name) => AdminAnswer.Error(SqlStates.InvalidStatementName, $"prepared statement \"{name}\" does not exist");

    private static ConsoleColumn[]? ColumnsOf(AdminCommand? command) => command is null ? null : ConsoleTables.ColumnsOf(command.Verb);
}
