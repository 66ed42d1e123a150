namespace PgOAuth.Authentication.Jwt;

/// <summary>Stage 3: why a token is refused. The detail is a constant: nothing of an unverified token reaches a log.</summary>
internal readonly record struct TokenProblem(TokenFailure Failure, string Detail)
{
    internal TokenValidationResult ToResult() => TokenValidationResult.Refused(Failure, Detail);
}
