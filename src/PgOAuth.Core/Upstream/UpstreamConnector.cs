using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using PgOAuth.Diagnostics;
using PgOAuth.Options;
using PgOAuth.Protocol;
using PgOAuth.Sessions;
using PgOAuth.Transport;
using PgOAuth.Upstream.Scram;

namespace PgOAuth.Upstream;

/// <summary>Stage 5: dials a server, puts TLS over it, logs in and makes sure the session is who it must be. Thread-safe; one for each proxy.</summary>
internal sealed class UpstreamConnector
{
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IUpstreamDialer _dialer;
    private readonly RoleInspector _roles;
    private readonly ScramKeyCache _keys = new();

    internal UpstreamConnector(TimeProvider time, ILogger logger, IUpstreamDialer dialer)
    {
        _time = time;
        _logger = logger;
        _dialer = dialer;
        _roles = new RoleInspector(time, logger);
    }

    /// <summary>Connects and logs in, within the server's <c>ConnectTimeout</c>.</summary>
    /// <param name="request">Where to and as whom.</param>
    /// <param name="loop">Where the connection is to live; null when that does not matter.</param>
    /// <exception cref="OperationCanceledException">The caller cancelled; a timeout is a result.</exception>
    internal async ValueTask<UpstreamConnectResult> ConnectAsync(UpstreamConnectRequest request, EventLoop? loop, CancellationToken cancellationToken)
    {
        if (Check(request) is { } refused)
        {
            return UpstreamConnectResult.Failed(refused);
        }

        var server = request.Server;
        using var timeout = new CancellationTokenSource(server.ConnectTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var link = await _dialer.DialAsync(server, loop, either.Token).ConfigureAwait(false);
            return await LogInAsync(request, link, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return Unreachable($"{server} did not answer within {server.ConnectTimeout}");
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException)
        {
            return Unreachable($"{server}: {SafeText.Clean(e.Message)}");
        }
    }

    /// <summary>The same, wherever the connection then lives.</summary>
    internal ValueTask<UpstreamConnectResult> ConnectAsync(UpstreamConnectRequest request, CancellationToken cancellationToken) =>
        ConnectAsync(request, loop: null, cancellationToken);

    private async ValueTask<UpstreamConnectResult> LogInAsync(UpstreamConnectRequest request, UpstreamLink link, CancellationToken cancellationToken)
    {
        var channel = new MessageChannel(link.Stream);
        var isHandedOver = false;
        try
        {
            using var reader = new UpstreamReader(channel);
            var login = new UpstreamLogin(reader, request);
            var step = await RunStepsAsync(channel, reader, login, request, cancellationToken).ConfigureAwait(false);
            if (!step.IsDone)
            {
                return UpstreamConnectResult.Failed(step.Failure);
            }

            channel.ConsumeFrame();
            isHandedOver = true;
            Log.UpstreamConnected(_logger, request.Server.Name, request.Database, request.Role, link.Address, request.Server.IsTls);
            return UpstreamConnectResult.Connected(new UpstreamConnection(channel, reader.TakeKept(), login.ProcessId, login.SecretKey, request, link.Address, _dialer, _logger));
        }
        finally
        {
            if (!isHandedOver)
            {
                await channel.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<UpstreamStep> RunStepsAsync(MessageChannel channel, UpstreamReader reader, UpstreamLogin login, UpstreamConnectRequest request, CancellationToken cancellationToken)
    {
        var step = await UpstreamTls.StartAsync(channel, request.Server, request.Credential.ClientCertificate, cancellationToken).ConfigureAwait(false);
        if (!step.IsDone)
        {
            return step;
        }

        step = UpstreamStartupMessage.Write(channel.Output, request);
        if (!step.IsDone)
        {
            return step;
        }

        await channel.FlushAsync(cancellationToken).ConfigureAwait(false);
        step = await new UpstreamAuthenticator(channel, reader, request, _keys).RunAsync(cancellationToken).ConfigureAwait(false);
        if (!step.IsDone)
        {
            return step;
        }

        step = await login.RunAsync(cancellationToken).ConfigureAwait(false);
        return step.IsDone ? await _roles.RunAsync(channel, reader, request, cancellationToken).ConfigureAwait(false) : step;
    }

    private static SessionFailure? Check(UpstreamConnectRequest request)
    {
        if (string.IsNullOrEmpty(request.Credential.Username))
        {
            return new SessionFailure(SessionEndReason.AuthorizationError, $"there is no credential for {request.Server}");
        }

        if (request.Role.Length == 0 || request.Database.Length == 0)
        {
            return new SessionFailure(SessionEndReason.AuthorizationError, "the role or the database is empty");
        }

        return request.Mode switch
        {
            UpstreamMode.AssumeRole => null,
            UpstreamMode.Login when request.Credential.Username == request.Role => null,
            UpstreamMode.Login => new SessionFailure(SessionEndReason.AuthorizationError, $"the credential is for \"{SafeText.Clean(request.Credential.Username)}\", but in Login mode the mapped role \"{request.Role}\" itself logs in"),
            _ => new SessionFailure(SessionEndReason.AuthorizationError, "the upstream mode is unknown"),
        };
    }

    private static UpstreamConnectResult Unreachable(string logDetail) =>
        UpstreamConnectResult.Failed(new SessionFailure(SessionEndReason.UpstreamUnreachable, logDetail));
}
