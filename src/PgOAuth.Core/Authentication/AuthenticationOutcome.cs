using PgOAuth.Sessions;

namespace PgOAuth.Authentication;

/// <summary>What came of stage 3: claims or a failure. <c>default</c> is neither and ends the session.</summary>
internal readonly struct AuthenticationOutcome
{
    private AuthenticationOutcome(TokenClaims? claims, SessionFailure? failure)
    {
        Claims = claims;
        Failure = failure;
    }

    internal TokenClaims? Claims { get; }

    internal SessionFailure? Failure { get; }

    internal static AuthenticationOutcome Accept(TokenClaims claims) => new(claims, null);

    internal static AuthenticationOutcome Fail(SessionFailure failure) => new(null, failure);

    internal static AuthenticationOutcome Fail(SessionEndReason reason, string? logDetail = null) => Fail(new SessionFailure(reason, logDetail));
}
