using PgOAuth.Authentication;
using PgOAuth.Diagnostics;
using PgOAuth.Operations;
using PgOAuth.Operations.AdminDatabase;
using PgOAuth.Startup;
using PgOAuth.Transport;

namespace PgOAuth.Sessions;

/// <content>What operators and other sessions may do to it. From any thread.</content>
internal sealed partial class PgProxySession
{
    /// <summary>Lets the session finish what it is at, then ends it with 57P01.</summary>
    internal void Drain()
    {
        _draining = true;
        if (_client.Connection is { } connection)
        {
            connection.Loop.Post(static self => ((PgProxySession)self!)._relay?.Drain(), this);
        }
        else
        {
            _relay?.Drain();
        }

        _admin?.Drain();
    }

    /// <summary>For operators: the client's side.</summary>
    internal ClientStatus Describe() =>
        _completion.Describe(IsAdmin);

    /// <summary>For operators: the server connection that the session has for itself; null when it has none.</summary>
    internal ServerStatus? DescribeServer() => _completion.DescribeServer();

    /// <summary>Ends the session now, because an operator says so.</summary>
    internal void Kill()
    {
        _killed = true;
        Stop();
    }

    /// <summary>Ends the session now, with 57P01 where the client can still be told.</summary>
    internal void Stop()
    {
        try
        {
            _stop.Cancel();
            Volatile.Read(ref _login)?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The session ended by itself in the meantime.
        }

        _client.Connection?.Loop.Post(static self => ((PgProxySession)self!)._relay?.End(new SessionFailure(SessionEndReason.ProxyStopping)), this);
    }

    private async ValueTask<bool> CancelAsync(CancellationToken cancellationToken)
    {
        await EventLoop.Enter(_client.Connection?.Loop);
        return _relay is { } relay && await relay.CancelAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<SessionFailure> ServeAdminAsync(TokenClaims claims, StartupParameters startup, int protocolMinor, CancellationToken login)
    {
        if (!_completion.AllowedToAdmin())
        {
            return new SessionFailure(SessionEndReason.AuditUnavailable);
        }

        using var admin = new AdminSession(_client, new AdminDesk(_services, _completion, claims, Context.SessionId));
        var key = _services.Cancels.Register(protocolMinor, admin.CancelAsync);
        try
        {
            _admin = admin;
            if (_draining)
            {
                admin.Drain();
            }

            await admin.GreetAsync(startup, key, login).ConfigureAwait(false);
            _lease.Authenticated();
            Log.AdminSessionStarted(_services.Logger, Context.SessionId, SafeText.Clean(claims.Subject));
            return await admin.RunAsync(_stop.Token).ConfigureAwait(false);
        }
        finally
        {
            _admin = null;
            _services.Cancels.Unregister(key);
        }
    }
}
