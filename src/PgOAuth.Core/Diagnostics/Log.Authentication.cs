using Microsoft.Extensions.Logging;
using PgOAuth.Authentication;

namespace PgOAuth.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(
        EventId = PgOAuthEventIds.AuthenticationAccepted,
        EventName = nameof(PgOAuthEventIds.AuthenticationAccepted),
        Level = LogLevel.Information,
        Message = "Session {SessionId}: token {TokenHash} of {Subject} at {Issuer} accepted (jti {TokenId}), valid until {ExpiresAt:O}.")]
    internal static partial void TokenAccepted(
        ILogger logger, long sessionId, string tokenHash, string subject, string issuer, string? tokenId, DateTimeOffset expiresAt);

    [LoggerMessage(
        EventId = PgOAuthEventIds.AuthenticationRefused,
        EventName = nameof(PgOAuthEventIds.AuthenticationRefused),
        Level = LogLevel.Warning,
        Message = "Session {SessionId}: token {TokenHash} refused: {Failure} ({Detail}).")]
    internal static partial void TokenRefused(
        ILogger logger, long sessionId, string tokenHash, TokenFailure failure, string? detail);

    // The exception itself is not logged: a validator written elsewhere may quote the token in its message.
    [LoggerMessage(
        EventId = PgOAuthEventIds.AuthenticationValidatorFailed,
        EventName = nameof(PgOAuthEventIds.AuthenticationValidatorFailed),
        Level = LogLevel.Error,
        Message = "Session {SessionId}: validator {Validator} threw {ExceptionType} for token {TokenHash}; the login is refused.")]
    internal static partial void ValidatorFailed(
        ILogger logger, long sessionId, string validator, string exceptionType, string tokenHash);

    [LoggerMessage(
        EventId = PgOAuthEventIds.AuthenticationKeysChanged,
        EventName = nameof(PgOAuthEventIds.AuthenticationKeysChanged),
        Level = LogLevel.Information,
        Message = "Keys of {Issuer} changed: {Count} signing keys in use.")]
    internal static partial void KeysChanged(ILogger logger, string issuer, int count);

    [LoggerMessage(
        EventId = PgOAuthEventIds.AuthenticationKeyFetchFailed,
        EventName = nameof(PgOAuthEventIds.AuthenticationKeyFetchFailed),
        Level = LogLevel.Error,
        Message = "Keys of {Issuer} could not be obtained: {Reason}. Last good keys: {LastKnownGood}.")]
    internal static partial void KeyFetchFailed(
        ILogger logger, string issuer, string reason, string lastKnownGood, Exception? exception);

    [LoggerMessage(
        EventId = PgOAuthEventIds.AuthenticationKeyIgnored,
        EventName = nameof(PgOAuthEventIds.AuthenticationKeyIgnored),
        Level = LogLevel.Debug,
        Message = "Key number {Index} in the key set of {Issuer} is not used: {Reason}.")]
    internal static partial void KeyIgnored(ILogger logger, string issuer, int index, string reason);

    [LoggerMessage(
        EventId = PgOAuthEventIds.AuthenticationHttpAllowed,
        EventName = nameof(PgOAuthEventIds.AuthenticationHttpAllowed),
        Level = LogLevel.Warning,
        Message = "Issuer {Issuer} may be asked over http on loopback: who controls this machine's loopback controls the keys. For development only.")]
    internal static partial void HttpAllowed(ILogger logger, string issuer);
}
