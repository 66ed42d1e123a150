using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using PgOAuth.Diagnostics;
using PgOAuth.Protocol;
using PgOAuth.Transport;

namespace PgOAuth.Upstream;

/// <summary>Stage 5: a connection that is logged in and idle, and the way to cancel what it runs.</summary>
/// <remarks><see cref="CancelAsync"/> may be called from any thread; the rest belongs to the session.</remarks>
internal sealed class UpstreamConnection : IAsyncDisposable
{
    private readonly byte[] _secretKey;
    private readonly UpstreamConnectRequest _request;
    private readonly EndPoint _address;
    private readonly IUpstreamDialer _dialer;
    private readonly ILogger _logger;

    internal UpstreamConnection(
        MessageChannel channel,
        byte[] startupFrames,
        int processId,
        byte[] secretKey,
        UpstreamConnectRequest request,
        EndPoint address,
        IUpstreamDialer dialer,
        ILogger logger)
    {
        Channel = channel;
        StartupFrames = startupFrames;
        ProcessId = processId;
        _secretKey = secretKey;
        _request = request;
        _address = address;
        _dialer = dialer;
        _logger = logger;
    }

    /// <summary>At ReadyForQuery, idle; possibly with bytes that were read ahead.</summary>
    internal MessageChannel Channel { get; }

    /// <summary>ParameterStatus and NoticeResponse messages of the login, whole and in order, for the client.</summary>
    internal ReadOnlyMemory<byte> StartupFrames { get; }

    internal int ProcessId { get; }

    /// <summary>The connection beneath; null when the stream is no loop's.</summary>
    internal TransportStream? Connection => Channel.Connection;

    /// <summary>Where the connection lives; null when the stream is no loop's.</summary>
    internal EventLoop? Loop => Channel.Connection?.Loop;

    /// <summary>4 to 256 bytes; empty when the server sent no key, and then nothing can be cancelled.</summary>
    internal ReadOnlyMemory<byte> SecretKey => _secretKey;

    internal UpstreamServer Server => _request.Server;

    /// <summary>The database on the server.</summary>
    internal string Database => _request.Database;

    /// <summary>Who logged in: the service role, or the mapped one.</summary>
    internal string SessionUser => _request.Credential.Username!;

    /// <summary>The address after name resolution.</summary>
    internal EndPoint Address => _address;

    /// <summary>
    /// Sends a CancelRequest to the same address, under the same TLS settings, and waits for the server to close: only then
    /// has the request been handled, and it cannot hit a later statement.
    /// </summary>
    /// <returns>False when the request could not be delivered, or the token ran out first.</returns>
    internal async ValueTask<bool> CancelAsync(CancellationToken cancellationToken)
    {
        if (_secretKey.Length == 0)
        {
            Log.CancelNotDelivered(_logger, Server.Name, "the server gave no key to cancel with");
            return false;
        }

        try
        {
            var link = await _dialer.DialAsync(_address, Loop, cancellationToken).ConfigureAwait(false);
            var channel = new MessageChannel(link.Stream);
            await using (channel.ConfigureAwait(false))
            {
                var tls = await UpstreamTls.StartAsync(channel, Server, _request.Credential.ClientCertificate, cancellationToken).ConfigureAwait(false);
                if (!tls.IsDone)
                {
                    Log.CancelNotDelivered(_logger, Server.Name, tls.Failure.LogDetail ?? "");
                    return false;
                }

                WriteRequest(channel.Output);
                await channel.FlushAsync(cancellationToken).ConfigureAwait(false);
                await WaitForCloseAsync(channel, cancellationToken).ConfigureAwait(false);
                Log.CancelDelivered(_logger, Server.Name, ProcessId);
                return true;
            }
        }
        catch (OperationCanceledException)
        {
            Log.CancelNotDelivered(_logger, Server.Name, "it took too long");
            return false;
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException)
        {
            Log.CancelNotDelivered(_logger, Server.Name, SafeText.Clean(e.Message));
            return false;
        }
    }

    public ValueTask DisposeAsync() => Channel.DisposeAsync();

    private void WriteRequest(MessageWriter output)
    {
        output.BeginUntypedMessage();
        output.WriteInt32(ProtocolConstants.CancelRequestCode);
        output.WriteInt32(ProcessId);
        output.WriteBytes(_secretKey);
        output.EndMessage();
    }

    private static async ValueTask WaitForCloseAsync(MessageChannel channel, CancellationToken cancellationToken)
    {
        try
        {
            // A server answers a CancelRequest with nothing; whatever comes is not worth reading.
            await channel.FillAsync(1, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // A reset is how some systems close.
        }
    }
}
