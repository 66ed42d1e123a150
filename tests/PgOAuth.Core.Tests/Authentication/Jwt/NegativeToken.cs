using PgOAuth.Testing.Authentication;

namespace PgOAuth.Authentication.Jwt;

/// <summary>One token with one thing wrong.</summary>
/// <param name="Name">Starts with the threat it stands for.</param>
/// <param name="Failure">Why it must be refused.</param>
/// <param name="Make">Makes it from a good one.</param>
/// <param name="NeedsKeys">Whether telling it is wrong takes the issuer's keys; if not, nobody may be asked.</param>
/// <param name="Plain">Whether the issuer is allowed plain JWT types.</param>
internal sealed record NegativeToken(
    string Name, TokenFailure Failure, Func<TokenDraft, string> Make, bool NeedsKeys = false, bool Plain = false);
