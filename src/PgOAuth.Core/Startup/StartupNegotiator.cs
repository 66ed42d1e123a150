using System.Buffers.Binary;
using PgOAuth.Listening;
using PgOAuth.Options;
using PgOAuth.Protocol;
using PgOAuth.Protocol.Backend;
using PgOAuth.Protocol.Frontend;
using PgOAuth.Sessions;

namespace PgOAuth.Startup;

/// <summary>
/// Stage 2: everything before authentication. SSLRequest, GSSENCRequest, direct TLS, CancelRequest, StartupMessage.
/// Iterative, and at most one request of each kind, so that a peer cannot keep it going (A05).
/// </summary>
internal static class StartupNegotiator
{
    private const byte Willing = (byte)'S';
    private const byte Unwilling = (byte)'N';

    internal static async ValueTask<StartupOutcome> NegotiateAsync(
        MessageChannel channel,
        EndpointSnapshot endpoint,
        StartupParameterRules rules,
        SessionContext session,
        CancellationToken cancellationToken)
    {
        var sslAllowed = true;
        var gssAllowed = true;
        if (!await channel.FillAsync(1, cancellationToken).ConfigureAwait(false))
        {
            return Left();
        }

        if (channel.Buffered[0] == ProtocolConstants.TlsHandshakeRecord)
        {
            if (endpoint.Tls is null)
            {
                return StartupOutcome.Fail(SessionEndReason.TlsHandshakeFailed, "direct TLS on an endpoint without a certificate");
            }

            var failure = await TlsServerHandshake.UpgradeAsync(channel, channel.TakeReplayStream(), endpoint.Tls, requireAlpn: true, session, cancellationToken).ConfigureAwait(false);
            if (failure is not null)
            {
                return StartupOutcome.Fail(failure);
            }

            sslAllowed = gssAllowed = false;
        }

        while (true)
        {
            if (!await channel.FillAsync(4, cancellationToken).ConfigureAwait(false))
            {
                return Left();
            }

            // Before anything is allocated from it (A07): HTTP, garbage and huge lengths end here.
            var length = BinaryPrimitives.ReadUInt32BigEndian(channel.Buffered);
            if (length is < 8 or > ProtocolConstants.MaxStartupLength)
            {
                return StartupOutcome.Fail(new SessionFailure(SessionEndReason.ProtocolViolation, "invalid length of startup packet") { ClientMessage = "invalid length of startup packet" });
            }

            if (!await channel.FillAsync((int)length, cancellationToken).ConfigureAwait(false))
            {
                return Left();
            }

            var code = BinaryPrimitives.ReadInt32BigEndian(channel.Buffered[4..]);
            switch (code)
            {
                case ProtocolConstants.SslRequestCode when sslAllowed && length == 8:
                    sslAllowed = false;
                    var failure = await AnswerSslRequestAsync(channel, endpoint, session, cancellationToken).ConfigureAwait(false);
                    if (failure is not null)
                    {
                        return StartupOutcome.Fail(failure);
                    }

                    gssAllowed &= !session.IsTls;
                    break;

                case ProtocolConstants.GssEncRequestCode when gssAllowed && length == 8:
                    gssAllowed = false;
                    if (!ConsumeAlone(channel))
                    {
                        return StartupOutcome.Fail(SessionEndReason.PlaintextBeforeTls, "bytes behind GSSENCRequest");
                    }

                    await AnswerAsync(channel, Unwilling, cancellationToken).ConfigureAwait(false);
                    break;

                case ProtocolConstants.CancelRequestCode:
                    return ReadCancelRequest(channel.Buffered[..(int)length]);

                default:
                    return await ReadStartupAsync(channel, (int)length, code, rules, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async ValueTask<SessionFailure?> AnswerSslRequestAsync(MessageChannel channel, EndpointSnapshot endpoint, SessionContext session, CancellationToken cancellationToken)
    {
        if (!ConsumeAlone(channel))
        {
            return new SessionFailure(SessionEndReason.PlaintextBeforeTls, "bytes behind SSLRequest");
        }

        if (endpoint.Tls is null)
        {
            await AnswerAsync(channel, Unwilling, cancellationToken).ConfigureAwait(false);
            return null;
        }

        await AnswerAsync(channel, Willing, cancellationToken).ConfigureAwait(false);
        return await TlsServerHandshake.UpgradeAsync(channel, channel.Stream, endpoint.Tls, requireAlpn: false, session, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Consumes the eight bytes of a request; false when more were sent before the answer (A01).</summary>
    private static bool ConsumeAlone(MessageChannel channel)
    {
        channel.Consume(8);
        return channel.Buffered.IsEmpty;
    }

    private static async ValueTask AnswerAsync(MessageChannel channel, byte answer, CancellationToken cancellationToken)
    {
        channel.Output.WriteByte(answer);
        await channel.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private static StartupOutcome ReadCancelRequest(ReadOnlySpan<byte> packet)
    {
        var secret = packet.Length > 12 ? packet[12..] : default;
        if (secret.Length is < ProtocolConstants.CancelKeyLength30 or > ProtocolConstants.MaxCancelKeyLength)
        {
            return StartupOutcome.Fail(SessionEndReason.CancelRequest, "cancel key of an impossible length");
        }

        return StartupOutcome.Cancel(BinaryPrimitives.ReadInt32BigEndian(packet[8..]), secret.ToArray());
    }

    private static async ValueTask<StartupOutcome> ReadStartupAsync(MessageChannel channel, int length, int version, StartupParameterRules rules, CancellationToken cancellationToken)
    {
        var major = (uint)version >> 16;
        var minor = version & 0xffff;
        if (major != 3)
        {
            return StartupOutcome.Fail(new SessionFailure(SessionEndReason.UnsupportedProtocolVersion, $"{major}.{minor}")
            {
                ClientMessage = $"unsupported frontend protocol {major}.{minor}: server supports 3.0 to 3.2",
            });
        }

        if (!StartupMessage.TryParse(channel.Buffered[8..length], out var pairs))
        {
            return StartupOutcome.Fail(new SessionFailure(SessionEndReason.ProtocolViolation, "invalid startup packet layout") { ClientMessage = "invalid startup packet layout" });
        }

        channel.Consume(length);
        if (rules.TryRead(pairs, out var parameters) is { } failure)
        {
            return StartupOutcome.Fail(failure);
        }

        // As PostgreSQL 18: answered when the client wants a newer version, or options nobody knows (A13).
        if (version > ProtocolConstants.Version32 || parameters.UnrecognizedProtocolOptions.Count > 0)
        {
            NegotiateProtocolVersion.Write(channel.Output, Math.Min(version, ProtocolConstants.Version32), parameters.UnrecognizedProtocolOptions);
            await channel.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        return StartupOutcome.Start(parameters, minor >= 2 ? 2 : 0);
    }

    private static StartupOutcome Left() => StartupOutcome.Fail(SessionEndReason.ClientDisconnected, "left during startup");
}
