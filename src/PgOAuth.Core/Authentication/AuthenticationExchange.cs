using PgOAuth.Authentication.Sasl;
using PgOAuth.Listening;
using PgOAuth.Options;
using PgOAuth.Protocol;
using PgOAuth.Protocol.Backend;
using PgOAuth.Sessions;
using PgOAuth.Startup;

namespace PgOAuth.Authentication;

/// <summary>Stage 3: gets the token from the client, by password message or OAUTHBEARER, and has it validated.</summary>
internal sealed class AuthenticationExchange
{
    private const string Mechanism = "OAUTHBEARER";
    private const byte FinalClientResponse = 0x01;

    private readonly TokenAuthenticator _authenticator;
    private readonly byte[] _challenge;
    private readonly int _maxTokenBytes;

    internal AuthenticationExchange(TokenAuthenticator authenticator, byte[] challenge, int maxTokenBytes)
    {
        _authenticator = authenticator;
        _challenge = challenge;
        _maxTokenBytes = maxTokenBytes;
    }

    internal ValueTask<AuthenticationOutcome> RunAsync(
        MessageChannel channel,
        EndpointSnapshot endpoint,
        StartupParameters startup,
        SessionContext session,
        CancellationToken cancellationToken)
    {
        // Before any Authentication request: a client would answer it in clear (A04).
        if (!session.IsTls && !endpoint.AllowTokensWithoutTls)
        {
            return new(AuthenticationOutcome.Fail(SessionEndReason.TlsRequired));
        }

        return endpoint.TokenExchange switch
        {
            TokenExchange.Password => RunPasswordAsync(channel, startup, session, cancellationToken),
            TokenExchange.OAuthBearer => RunOAuthBearerAsync(channel, startup, session, cancellationToken),
            TokenExchange.Both when startup.Exchange == "oauthbearer" => RunOAuthBearerAsync(channel, startup, session, cancellationToken),
            TokenExchange.Both => RunPasswordAsync(channel, startup, session, cancellationToken),
            _ => new(AuthenticationOutcome.Fail(SessionEndReason.InternalError, "unknown token exchange")),
        };
    }

    private async ValueTask<AuthenticationOutcome> RunPasswordAsync(MessageChannel channel, StartupParameters startup, SessionContext session, CancellationToken cancellationToken)
    {
        Protocol.Backend.Authentication.Write(channel.Output, Protocol.Backend.Authentication.CleartextPassword);
        await channel.FlushAsync(cancellationToken).ConfigureAwait(false);
        // Whoever waits for a client waits here, in few methods: each has something to keep meanwhile.
        await channel.FillAsync(1, cancellationToken).ConfigureAwait(false);
        if (await ReadResponseAsync(channel, _maxTokenBytes + 1, cancellationToken).ConfigureAwait(false) is { } failure)
        {
            return AuthenticationOutcome.Fail(failure);
        }

        if (!TryTakePassword(channel, out var token, out var refusal))
        {
            return AuthenticationOutcome.Fail(refusal);
        }

        using (token)
        {
            return await ValidateAsync(token, startup, session, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool TryTakePassword(MessageChannel channel, out AccessToken token, out SessionFailure refusal)
    {
        token = null!;
        refusal = null!;
        var parser = new MessageParser(channel.Frame.Body);
        if (!parser.TryReadCString(out var password) || !parser.IsAtEnd)
        {
            refusal = Violation("invalid password packet");
        }
        else if (password.IsEmpty)
        {
            refusal = new SessionFailure(SessionEndReason.NoTokenPresented, "empty password");
        }
        else if (!BearerTokenSyntax.IsValid(password))
        {
            refusal = new SessionFailure(SessionEndReason.TokenRefused, "the password is not in the form of a bearer token");
        }
        else
        {
            token = new AccessToken(password);
        }

        channel.ConsumeFrame();
        return token is not null;
    }

    private async ValueTask<AuthenticationOutcome> RunOAuthBearerAsync(MessageChannel channel, StartupParameters startup, SessionContext session, CancellationToken cancellationToken)
    {
        Protocol.Backend.Authentication.WriteSasl(channel.Output, Mechanism);
        await channel.FlushAsync(cancellationToken).ConfigureAwait(false);
        await channel.FillAsync(1, cancellationToken).ConfigureAwait(false);
        if (await ReadResponseAsync(channel, ProtocolConstants.MaxAuthTokenLength, cancellationToken).ConfigureAwait(false) is { } failure)
        {
            return AuthenticationOutcome.Fail(failure);
        }

        var first = ReadInitialResponse(channel.Frame, out var message);
        var attempt = first == InitialResponse.Present ? Judge(message) : default;
        channel.ConsumeFrame();
        if (first == InitialResponse.Invalid)
        {
            return AuthenticationOutcome.Fail(Violation("malformed SASLInitialResponse"));
        }

        if (first == InitialResponse.Absent)
        {
            // The client wants to be asked first: an empty challenge, and the message comes in a plain SASLResponse (A41).
            Protocol.Backend.Authentication.Write(channel.Output, Protocol.Backend.Authentication.SaslContinue);
            await channel.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (await ReadResponseAsync(channel, ProtocolConstants.MaxAuthTokenLength, cancellationToken).ConfigureAwait(false) is { } missing)
            {
                return AuthenticationOutcome.Fail(missing);
            }

            attempt = Judge(channel.Frame.Body);
            channel.ConsumeFrame();
        }

        if (attempt.Token is null)
        {
            return attempt.IsChallenged
                ? await ChallengeAsync(channel, attempt.Failure!, cancellationToken).ConfigureAwait(false)
                : AuthenticationOutcome.Fail(attempt.Failure!);
        }

        AuthenticationOutcome outcome;
        using (attempt.Token)
        {
            outcome = await ValidateAsync(attempt.Token, startup, session, cancellationToken).ConfigureAwait(false);
        }

        return outcome.Failure is { } wrong ? await ChallengeAsync(channel, wrong, cancellationToken).ConfigureAwait(false) : outcome;
    }

    private Attempt Judge(ReadOnlySpan<byte> bytes)
    {
        var message = OAuthBearerMessage.Parse(bytes);
        return message.Verdict switch
        {
            OAuthBearerVerdict.Token when message.Token.Length > _maxTokenBytes =>
                new(null, new SessionFailure(SessionEndReason.TokenRefused, "the token is longer than Limits:MaxTokenBytes"), true),
            OAuthBearerVerdict.Token => new(new AccessToken(message.Token), null, false),
            OAuthBearerVerdict.Discovery => new(null, new SessionFailure(SessionEndReason.NoTokenPresented, "discovery"), true),
            OAuthBearerVerdict.UnusableToken => new(null, new SessionFailure(SessionEndReason.TokenRefused, message.Detail), true),
            OAuthBearerVerdict.AuthorizationIdentity => new(null, new SessionFailure(SessionEndReason.ProtocolViolation, message.Detail)
            {
                SqlState = SqlStates.FeatureNotSupported,
                ClientMessage = "client uses authorization identity, but it is not supported",
            }, false),
            _ => new(null, new SessionFailure(SessionEndReason.ProtocolViolation, message.Detail) { ClientMessage = "malformed OAUTHBEARER message" }, false),
        };
    }

    /// <summary>
    /// Tells the client where to get a token, waits for its one-byte answer, and fails (RFC 7628 section 3.2.3). A client
    /// that closes instead (pgx) is as good (A40).
    /// </summary>
    private async ValueTask<AuthenticationOutcome> ChallengeAsync(MessageChannel channel, SessionFailure failure, CancellationToken cancellationToken)
    {
        Protocol.Backend.Authentication.Write(channel.Output, Protocol.Backend.Authentication.SaslContinue, _challenge);
        await channel.FlushAsync(cancellationToken).ConfigureAwait(false);
        var status = await channel.ReadFrameAsync(ProtocolConstants.MaxAuthTokenLength, cancellationToken).ConfigureAwait(false);
        if (status == FrameReadStatus.EndOfStream)
        {
            return AuthenticationOutcome.Fail(failure);
        }

        if (status != FrameReadStatus.Frame || channel.Frame.Type != MessageTypes.Frontend.Password || !channel.Frame.Body.SequenceEqual([FinalClientResponse]))
        {
            return AuthenticationOutcome.Fail(new SessionFailure(SessionEndReason.ProtocolViolation, "Client did not send a kvsep response.") { ClientMessage = "malformed OAUTHBEARER message" });
        }

        return AuthenticationOutcome.Fail(failure);
    }

    private async ValueTask<AuthenticationOutcome> ValidateAsync(AccessToken token, StartupParameters startup, SessionContext session, CancellationToken cancellationToken)
    {
        var result = await _authenticator.AuthenticateAsync(new TokenValidationContext(token, session, startup.User, startup.Database), cancellationToken).ConfigureAwait(false);
        if (result.IsValid)
        {
            return AuthenticationOutcome.Accept(result.Claims);
        }

        var detail = result.LogDetail is null ? result.Failure.ToString() : $"{result.Failure}: {result.LogDetail}";
        return AuthenticationOutcome.Fail(result.Failure switch
        {
            TokenFailure.Expired => new SessionFailure(SessionEndReason.TokenExpired, detail) { RefusedClaims = result.RefusedClaims },
            TokenFailure.IssuerUnavailable => new SessionFailure(SessionEndReason.TokenRefused, detail)
            {
                ClientMessage = "the access token could not be checked",
                Hint = "The identity provider does not answer. Try again later.",
            },
            _ => new SessionFailure(SessionEndReason.TokenRefused, detail) { RefusedClaims = result.RefusedClaims },
        });
    }

    /// <summary>Waits for a message of type <c>p</c>; anything else ends the login by its first byte (A17).</summary>
    private static async ValueTask<SessionFailure?> ReadResponseAsync(MessageChannel channel, int maxBody, CancellationToken cancellationToken)
    {
        if (await channel.FillAsync(1, cancellationToken).ConfigureAwait(false) && channel.Buffered[0] != MessageTypes.Frontend.Password)
        {
            return Violation("expected an authentication message");
        }

        var status = await channel.ReadFrameAsync(maxBody, cancellationToken).ConfigureAwait(false);
        return status switch
        {
            FrameReadStatus.EndOfStream => new SessionFailure(SessionEndReason.ClientDisconnected, "left instead of presenting a token"),
            FrameReadStatus.InvalidLength => Violation("invalid length of the authentication message"),
            _ => null,
        };
    }

    private static InitialResponse ReadInitialResponse(MessageFrame frame, out ReadOnlySpan<byte> message)
    {
        message = default;
        var parser = new MessageParser(frame.Body);
        if (!parser.TryReadCString(out var mechanism) || !mechanism.SequenceEqual("OAUTHBEARER"u8) || !parser.TryReadInt32(out var length))
        {
            return InitialResponse.Invalid;
        }

        if (length == -1)
        {
            return parser.IsAtEnd ? InitialResponse.Absent : InitialResponse.Invalid;
        }

        return parser.TryReadBytes(length, out message) && parser.IsAtEnd ? InitialResponse.Present : InitialResponse.Invalid;
    }

    private static SessionFailure Violation(string message) => new(SessionEndReason.ProtocolViolation, message) { ClientMessage = message };

    private enum InitialResponse
    {
        Invalid,
        Absent,
        Present,
    }

    private readonly record struct Attempt(AccessToken? Token, SessionFailure? Failure, bool IsChallenged);
}
