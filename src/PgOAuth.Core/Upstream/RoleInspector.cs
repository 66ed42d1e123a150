using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using PgOAuth.Diagnostics;
using PgOAuth.Options;
using PgOAuth.Protocol;
using PgOAuth.Sessions;

namespace PgOAuth.Upstream;

/// <summary>
/// Stage 5: asks the server who the session is and whether it may do more than a token should give (C25).
/// Only safe answers are remembered, so that a corrected role works at once. Thread-safe.
/// </summary>
internal sealed class RoleInspector(TimeProvider time, ILogger logger)
{
    private const int Capacity = 4_096;

    /// <summary>
    /// Every name and operator is qualified, because the session's search_path is the client's (A11).
    /// CURRENT_USER and SESSION_USER are keywords and cannot be shadowed.
    /// </summary>
    private const string Question =
        "SELECT CURRENT_USER, SESSION_USER, c.rolsuper OR c.rolreplication OR c.rolbypassrls, s.rolsuper OR s.rolreplication OR s.rolbypassrls "
        + "FROM pg_catalog.pg_roles AS c, pg_catalog.pg_roles AS s "
        + "WHERE c.rolname OPERATOR(pg_catalog.=) CURRENT_USER AND s.rolname OPERATOR(pg_catalog.=) SESSION_USER";

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<Key, long> _safe = new();

    /// <summary>Inspects the session of a connection that is ready and idle.</summary>
    internal async ValueTask<UpstreamStep> RunAsync(MessageChannel channel, UpstreamReader reader, UpstreamConnectRequest request, CancellationToken cancellationToken)
    {
        var key = new Key(request.Server.Name, request.Database, request.Credential.Username!, request.Role, request.Mode, request.AllowPrivilegedRoles);
        if (_safe.TryGetValue(key, out var inspectedAt) && time.GetElapsedTime(inspectedAt) < Lifetime)
        {
            return UpstreamStep.Done;
        }

        channel.Output.BeginMessage(MessageTypes.Frontend.Query);
        channel.Output.WriteCString(Question);
        channel.Output.EndMessage();
        await channel.FlushAsync(cancellationToken).ConfigureAwait(false);

        // No row, two rows or no answer at all leave it at a refusal.
        var verdict = UpstreamStep.Failed(SessionEndReason.UpstreamRoleUnsafe, $"{request.Server} did not say what the role \"{request.Role}\" may do");
        var rows = 0;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (!read.IsDone)
            {
                return read;
            }

            switch (reader.Frame.Type)
            {
                case MessageTypes.Backend.RowDescription or MessageTypes.Backend.CommandComplete:
                    continue;
                case MessageTypes.Backend.DataRow:
                    verdict = ++rows == 1 ? Judge(reader.Frame, request) : UpstreamStep.Violation("the server answered the role inspection with several rows");
                    continue;
                case MessageTypes.Backend.ErrorResponse:
                    return UpstreamErrors.ToStep(reader.Frame, request);
                case MessageTypes.Backend.ReadyForQuery when !reader.Frame.Body.SequenceEqual("I"u8):
                    return UpstreamStep.Violation("the server is ready, but not idle, after the role inspection");
                case MessageTypes.Backend.ReadyForQuery:
                    if (verdict.IsDone)
                    {
                        Remember(key);
                        Log.RoleInspected(logger, request.Server.Name, request.Role);
                    }

                    return verdict;
                default:
                    if (!UpstreamLogin.TryKeep(reader))
                    {
                        return UpstreamStep.Violation($"the server answered the role inspection with message type 0x{reader.Frame.Type:x2}");
                    }

                    continue;
            }
        }
    }

    private static UpstreamStep Judge(in MessageFrame row, UpstreamConnectRequest request)
    {
        var parser = new MessageParser(row.Body);
        if (!parser.TryReadInt16(out var columns) || columns != 4
            || !TryReadText(ref parser, out var current) || !TryReadText(ref parser, out var session)
            || !TryReadText(ref parser, out var isCurrentPrivileged) || !TryReadText(ref parser, out var isSessionPrivileged)
            || !parser.IsAtEnd)
        {
            return UpstreamStep.Violation("the server answered the role inspection with a malformed row");
        }

        if (current != request.Role || session != request.Credential.Username)
        {
            return UpstreamStep.Failed(SessionEndReason.RoleEscaped, $"{request.Server} runs the session as \"{SafeText.Clean(current)}\" (logged in as \"{SafeText.Clean(session)}\"), not as \"{request.Role}\"");
        }

        if (request.AllowPrivilegedRoles)
        {
            return UpstreamStep.Done;
        }

        // Anything but a plain "f" counts as privileged.
        var isLogin = request.Mode == UpstreamMode.Login;
        return isCurrentPrivileged == "f" && (isLogin || isSessionPrivileged == "f")
            ? UpstreamStep.Done
            : UpstreamStep.Failed(SessionEndReason.UpstreamRoleUnsafe, $"on {request.Server} the role \"{(isCurrentPrivileged == "f" ? session : current)}\" is superuser, or has REPLICATION or BYPASSRLS");
    }

    private static bool TryReadText(ref MessageParser parser, out string text)
    {
        text = "";
        if (!parser.TryReadInt32(out var length) || !parser.TryReadBytes(length, out var bytes))
        {
            return false;
        }

        text = Encoding.UTF8.GetString(bytes);
        return true;
    }

    private void Remember(in Key key)
    {
        if (_safe.Count >= Capacity)
        {
            _safe.Clear();
        }

        _safe[key] = time.GetTimestamp();
    }

    private readonly record struct Key(string Server, string Database, string SessionUser, string Role, UpstreamMode Mode, bool AllowPrivileged);
}
