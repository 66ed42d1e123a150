namespace PgOAuth.Authentication;

/// <summary>Stage 3: decides whether an access token is valid and what it says.</summary>
/// <remarks>
/// Validators are asked in the order they were added; the first that answers anything but
/// <see cref="TokenValidationResult.NotApplicable"/> decides. When none decides, or one throws, the login is refused.
/// Implementations are called concurrently, must not log the token or parts of it, and must honour the
/// cancellation token (it fires at the login deadline). Source: PostgreSQL 18 manual, "OAuth Validator Modules".
/// </remarks>
public interface ITokenValidator
{
    /// <summary>Validates one token.</summary>
    /// <param name="context">The token and what is known of the connection. The token's bytes are wiped after the call.</param>
    /// <param name="cancellationToken">Fires when the client disconnects or the login deadline passes.</param>
    ValueTask<TokenValidationResult> ValidateAsync(TokenValidationContext context, CancellationToken cancellationToken);
}
