using System.Text.Json;
using PgOAuth.Authentication;
using PgOAuth.Enforcement.Catalog;
using PgOAuth.Options;

namespace PgOAuth.Enforcement;

/// <summary>Stage 7: whose statements the gate judges, and where their names are looked up.</summary>
/// <param name="Catalog">The database's catalog.</param>
/// <param name="Role">The role of the session, which decides what schemas it sees.</param>
/// <param name="SearchPath">The session's search_path, which it cannot change.</param>
/// <param name="Mode">Whether verdicts are enforced.</param>
/// <param name="Scopes">The token's scopes.</param>
/// <param name="Details">The token's authorization_details (RFC 9396), an array in JSON; null for none.</param>
internal sealed record GateSubject(
    CatalogKey Catalog,
    string Role,
    CatalogSearchPath SearchPath,
    GateMode Mode,
    IEnumerable<string> Scopes,
    string? Details)
{
    /// <summary>The <c>authorization_details</c> of a token; null when it has none.</summary>
    internal static string? DetailsOf(TokenClaims claims) =>
        claims.Json.TryGetProperty("authorization_details", out var details) && details.ValueKind is not JsonValueKind.Null ? details.GetRawText() : null;
}
