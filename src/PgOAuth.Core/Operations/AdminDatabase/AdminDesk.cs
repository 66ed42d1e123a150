using PgOAuth.Authentication;
using PgOAuth.Diagnostics;
using PgOAuth.Protocol;
using PgOAuth.Sessions;

namespace PgOAuth.Operations.AdminDatabase;

/// <summary>Carries out the commands of one session of the admin database, each only if the token allows it still (A50).</summary>
internal sealed class AdminDesk
{
    private readonly ProxyServices _services;
    private readonly SessionCompletion _completion;
    private readonly TokenClaims _claims;
    private readonly long _sessionId;
    private readonly string _me;

    internal AdminDesk(ProxyServices services, SessionCompletion completion, TokenClaims claims, long sessionId)
    {
        _services = services;
        _completion = completion;
        _claims = claims;
        _sessionId = sessionId;
        _me = $"{ProxyControl.Session(sessionId)} ({SafeText.Clean(claims.Subject)})";
    }

    internal async ValueTask<AdminAnswer> ExecuteAsync(AdminCommand command, CancellationToken cancellationToken)
    {
        if (Refuse(command) is { } refused)
        {
            return AdminAnswer.Ended(refused);
        }

        if (command.IsHarmless)
        {
            Log.AdminShown(_services.Logger, _sessionId, command.ToString());
            return AdminAnswer.Rows(ConsoleTables.Create(command.Verb, _services.Control));
        }

        // Before it is done: what cannot be audited is not done.
        if (!_completion.Acted(command.ToString()))
        {
            return AdminAnswer.Error(SqlStates.CannotConnectNow, "the command could not be audited", "Try again later.");
        }

        try
        {
            return await ActAsync(command, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return AdminAnswer.Error(SqlStates.QueryCanceled, "canceling statement due to user request");
        }
    }

    /// <summary>By the settings in force now, and by the clock: a session may be older than both.</summary>
    private SessionFailure? Refuse(AdminCommand command)
    {
        var reason = _claims.ExpiresAt <= _services.Time.GetUtcNow() ? SessionEndReason.TokenExpired
            : _services.Control.Door()?.IsOpenTo(_claims) != true ? SessionEndReason.ScopeMissing
            : SessionEndReason.None;
        if (reason == SessionEndReason.None)
        {
            return null;
        }

        Log.AdminCommandRefused(_services.Logger, _sessionId, command.ToString(), SessionEndReasonInfo.Of(reason).Word);
        _completion.Refused(reason, command.ToString());
        return new SessionFailure(reason, $"admin command {command}");
    }

    private async ValueTask<AdminAnswer> ActAsync(AdminCommand command, CancellationToken cancellationToken)
    {
        var control = _services.Control;
        switch (command.Verb)
        {
            case AdminVerb.Pause:
                await control.PauseAsync(command.Database, _me, cancellationToken).ConfigureAwait(false);
                return AdminAnswer.Done();
            case AdminVerb.Resume:
                return control.Resume(command.Database, _me)
                    ? AdminAnswer.Done()
                    : AdminAnswer.Error(SqlStates.ObjectNotInPrerequisiteState, command.Database is null ? "nothing is paused" : $"database \"{SafeText.Clean(command.Database)}\" is not paused");
            case AdminVerb.Reconnect:
                control.Reconnect(command.Database, _me);
                return AdminAnswer.Done();
            case AdminVerb.Kill:
                return Kill(control, command);
            case AdminVerb.Reload:
                return Describe(await control.ReloadAsync(_me, cancellationToken).ConfigureAwait(false));
            case AdminVerb.Shutdown:
            case AdminVerb.ShutdownWaitForClients:
                // Not awaited: it waits for the sessions, of which this is one.
                _ = control.ShutdownAsync(command.Verb == AdminVerb.ShutdownWaitForClients, _me, CancellationToken.None);
                return AdminAnswer.Done();
            default:
                throw new ArgumentOutOfRangeException(nameof(command), command.Verb, "Not a command that acts.");
        }
    }

    private AdminAnswer Kill(ProxyControl control, AdminCommand command)
    {
        if (command.SessionId is { } session)
        {
            return control.Kill(session, _me) ? AdminAnswer.Done() : AdminAnswer.Error(SqlStates.UndefinedObject, $"there is no session {session}", "SHOW CLIENTS lists them, in the column id.");
        }

        return control.KillAll(command.Database!, _me) > 0
            ? AdminAnswer.Done()
            : AdminAnswer.Error(SqlStates.UndefinedObject, $"database \"{SafeText.Clean(command.Database!)}\" has no sessions", "SHOW CLIENTS lists them.");
    }

    private static AdminAnswer Describe(ReloadOutcome outcome)
    {
        if (!outcome.IsApplied)
        {
            return AdminAnswer.Error(SqlStates.ConfigFileError, "the settings have mistakes; nothing has changed", detail: string.Join('\n', outcome.Mistakes));
        }

        return AdminAnswer.Done(outcome.NeedRestart.Count == 0 ? null : $"after a restart only: {string.Join(", ", outcome.NeedRestart)}");
    }
}
