using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Extensions.Logging;
using PgOAuth.Authentication.Jwt;
using PgOAuth.Diagnostics;
using PgOAuth.Transport;

namespace PgOAuth.Authentication;

/// <summary>Stage 3: asks the validators in order; the first that knows the token decides, and no answer or an error is a refusal.</summary>
internal sealed class TokenAuthenticator(IReadOnlyList<ITokenValidator> validators, ILogger<TokenAuthenticator> logger)
{
    /// <summary>Validates one token. Throws only when <paramref name="cancellationToken"/> fires.</summary>
    internal async ValueTask<TokenValidationResult> AuthenticateAsync(TokenValidationContext context, CancellationToken cancellationToken)
    {
        var result = await DecideAsync(context, cancellationToken).ConfigureAwait(false);
        Report(context, result);
        return result;
    }

    private async ValueTask<TokenValidationResult> DecideAsync(TokenValidationContext context, CancellationToken cancellationToken)
    {
        foreach (var validator in validators)
        {
            try
            {
                if (validator is not JwtTokenValidator)
                {
                    // Code of the host: it may block, and a loop must not.
                    await EventLoop.Leave();
                }

                var result = await validator.ValidateAsync(context, cancellationToken).ConfigureAwait(false);
                if (!result.IsNotApplicable)
                {
                    return result;
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception e)
            {
                // Validators may be anybody's code; asking the next one after an error would be failing open.
                ReportError(context, validator, e);
                return TokenValidationResult.Refused(TokenFailure.ValidatorError, "a validator threw");
            }
        }

        return TokenValidationResult.Refused(TokenFailure.NotRecognised, "no validator recognised the token");
    }

    private void Report(TokenValidationContext context, TokenValidationResult result)
    {
        if (!logger.IsEnabled(result.IsValid ? LogLevel.Information : LogLevel.Warning))
        {
            return;
        }

        var session = context.Session.SessionId;
        var hash = HashPrefix(context.Token);
        if (result.IsValid)
        {
            var claims = result.Claims;
            Log.TokenAccepted(logger, session, hash, claims.Subject, claims.Issuer, claims.TokenId, claims.ExpiresAt);
        }
        else
        {
            Log.TokenRefused(logger, session, hash, result.Failure, result.LogDetail);
        }
    }

    private void ReportError(TokenValidationContext context, ITokenValidator validator, Exception exception)
    {
        if (logger.IsEnabled(LogLevel.Error))
        {
            var hash = HashPrefix(context.Token);
            Log.ValidatorFailed(logger, context.Session.SessionId, validator.GetType().Name, exception.GetType().Name, hash);
        }
    }

    // Enough to find the lines of one token, too little to help anybody who does not hold it.
    private static string HashPrefix(AccessToken token)
    {
        Span<byte> hash = stackalloc byte[32];
        token.Hash(hash);
        return BinaryPrimitives.ReadUInt32BigEndian(hash).ToString("x8", CultureInfo.InvariantCulture);
    }
}
