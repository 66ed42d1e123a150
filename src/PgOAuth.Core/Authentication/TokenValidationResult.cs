using System.Diagnostics.CodeAnalysis;

namespace PgOAuth.Authentication;

/// <summary>The verdict on a token. <c>default</c> is a refusal.</summary>
public readonly struct TokenValidationResult
{
    private readonly bool _notApplicable;

    private TokenValidationResult(TokenClaims? claims, TokenFailure failure, string? logDetail, TokenClaims? refusedClaims, bool notApplicable)
    {
        Claims = claims;
        RefusedClaims = refusedClaims;
        Failure = failure;
        LogDetail = logDetail;
        _notApplicable = notApplicable;
    }

    /// <summary>Whether the token is valid.</summary>
    [MemberNotNullWhen(true, nameof(Claims))]
    public bool IsValid => Claims is not null;

    /// <summary>Whether this validator leaves the token to the next one.</summary>
    public bool IsNotApplicable => _notApplicable;

    /// <summary>What the token says; only when <see cref="IsValid"/>.</summary>
    public TokenClaims? Claims { get; }

    /// <summary>Why it was refused.</summary>
    public TokenFailure Failure { get; }

    /// <summary>Detail for the log and the audit record; never sent to the client. Must not hold token bytes.</summary>
    public string? LogDetail { get; }

    /// <summary>
    /// What a token says that is genuine and refused all the same, such as one that has expired: for the audit record and the log,
    /// which then name whose it is. Null when nothing proves what the token says, and when it is valid.
    /// </summary>
    public TokenClaims? RefusedClaims { get; }

    /// <summary>The token is of a kind or issuer this validator does not know; the next one is asked.</summary>
    public static TokenValidationResult NotApplicable { get; } = new(null, TokenFailure.NotRecognised, null, null, true);

    /// <summary>The token is valid.</summary>
    /// <param name="claims">What it says.</param>
    public static TokenValidationResult Valid(TokenClaims claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        return new(claims, default, null, null, false);
    }

    /// <summary>The token is refused.</summary>
    /// <param name="failure">The reason, for metrics and audit.</param>
    /// <param name="logDetail">Detail for the log. Must not hold token bytes.</param>
    /// <param name="refusedClaims">What the token says, when it is certain that its issuer made it; null otherwise.</param>
    public static TokenValidationResult Refused(TokenFailure failure, string? logDetail = null, TokenClaims? refusedClaims = null) =>
        new(null, failure, logDetail, refusedClaims, false);
}
