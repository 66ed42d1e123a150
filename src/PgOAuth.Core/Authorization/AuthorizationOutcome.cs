using PgOAuth.Sessions;

namespace PgOAuth.Authorization;

/// <summary>What came of stage 4: a role or a failure. <c>default</c> is neither and ends the session.</summary>
internal readonly struct AuthorizationOutcome
{
    private AuthorizationOutcome(string? role, SessionFailure? failure)
    {
        Role = role;
        Failure = failure;
    }

    internal string? Role { get; }

    internal SessionFailure? Failure { get; }

    internal static AuthorizationOutcome Grant(string role) => new(role, null);

    internal static AuthorizationOutcome Fail(SessionFailure failure) => new(null, failure);
}
