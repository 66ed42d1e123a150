using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using PgOAuth.Options;
using PgOAuth.Protocol;
using PgOAuth.Transport;

namespace PgOAuth.Upstream;

/// <summary>Stage 5: puts TLS over a bare connection, or refuses; there is no way back to plaintext (A02, A03).</summary>
internal static class UpstreamTls
{
    /// <summary>The protocol's name in ALPN (manual, "SSL Session Encryption").</summary>
    internal static readonly SslApplicationProtocol Alpn = new("postgresql");

    /// <summary>Starts TLS when the server's mode asks for it.</summary>
    /// <exception cref="AuthenticationException">The handshake failed.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    internal static async ValueTask<UpstreamStep> StartAsync(MessageChannel channel, UpstreamServer server, X509Certificate2? clientCertificate, CancellationToken cancellationToken)
    {
        if (!server.IsTls)
        {
            return UpstreamStep.Done;
        }

        if (server.TlsNegotiation == UpstreamTlsNegotiation.SslRequest)
        {
            var asked = await AskAsync(channel, cancellationToken).ConfigureAwait(false);
            if (!asked.IsDone)
            {
                return asked;
            }
        }

        var check = new ServerCertificateCheck(server);
        var tls = new SslStream(channel.Stream, leaveInnerStreamOpen: false);
        channel.Upgrade(tls);
        try
        {
            var options = CreateOptions(server, clientCertificate, check);
            await LoopHandshake.RunAsync(channel, static (tls, options, token) => tls.AuthenticateAsClientAsync(options, token), tls, options, cancellationToken).ConfigureAwait(false);
        }
        catch (AuthenticationException e)
        {
            return UpstreamStep.LoginFailed(check.Problem ?? $"TLS handshake with {server} failed: {e.InnerException?.Message ?? e.Message}");
        }

        // Without it the peer may be another protocol's server that was made to answer (ALPACA).
        return server.TlsNegotiation == UpstreamTlsNegotiation.Direct && tls.NegotiatedApplicationProtocol != Alpn
            ? UpstreamStep.LoginFailed($"{server} did not agree on ALPN \"postgresql\", which direct TLS needs")
            : UpstreamStep.Done;
    }

    /// <summary>The settings of a handshake, all that matter stated.</summary>
    internal static SslClientAuthenticationOptions CreateOptions(UpstreamServer server, X509Certificate2? clientCertificate, ServerCertificateCheck check) => new()
    {
        TargetHost = server.TlsHostName,
        ApplicationProtocols = [Alpn],
#pragma warning disable CA5398 // Older versions must stay off, whatever the machine's policy says.
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
#pragma warning restore CA5398
        EncryptionPolicy = EncryptionPolicy.RequireEncryption,
        AllowRenegotiation = false,
        AllowTlsResume = false,
        CertificateChainPolicy = ServerCertificateCheck.CreatePolicy(server),
        RemoteCertificateValidationCallback = check.Accept,
        ClientCertificateContext = clientCertificate is null ? server.ClientCertificate : SslStreamCertificateContext.Create(clientCertificate, null, offline: true),
    };

    private static async ValueTask<UpstreamStep> AskAsync(MessageChannel channel, CancellationToken cancellationToken)
    {
        channel.Output.BeginUntypedMessage();
        channel.Output.WriteInt32(ProtocolConstants.SslRequestCode);
        channel.Output.EndMessage();
        await channel.FlushAsync(cancellationToken).ConfigureAwait(false);
        if (!await channel.FillAsync(1, cancellationToken).ConfigureAwait(false))
        {
            return UpstreamStep.Failed(Sessions.SessionEndReason.UpstreamUnreachable, "the server closed the connection upon SSLRequest");
        }

        // Whatever else was said came in clear and may be an attacker's: it is not even logged.
        switch (channel.Buffered[0])
        {
            case (byte)'S' when channel.Buffered.Length == 1:
                channel.Consume(1);
                return UpstreamStep.Done;
            case (byte)'S':
                return UpstreamStep.Violation("the server sent unencrypted data behind its answer to SSLRequest; this may be a man-in-the-middle attack");
            case (byte)'N':
                return UpstreamStep.LoginFailed("the server does not offer TLS, and TlsMode asks for it");
            default:
                return UpstreamStep.Violation("the server answered SSLRequest with neither S nor N");
        }
    }
}
