using PgOAuth.Authentication;

namespace PgOAuth.Enforcement;

/// <summary>A question to <see cref="IPgOAuthPolicy"/>: may this token send this text to this database?</summary>
public sealed record ExplainRequest
{
    /// <summary>The text: one statement or several.</summary>
    public required string Sql { get; init; }

    /// <summary>What the token says.</summary>
    public required TokenClaims Claims { get; init; }

    /// <summary>The database, as clients ask for it.</summary>
    public required string Database { get; init; }

    /// <summary>The user to log in as.</summary>
    /// <value>Default: null, the role that the claims map to, when it is only one.</value>
    public string? User { get; init; }
}
