namespace PgOAuth.Options;

/// <summary>One rule: tokens whose claim holds the value may become the role.</summary>
public sealed class RoleMapOptions
{
    /// <summary>The claim: a name, or a JSON pointer such as <c>/realm_access/roles</c>. <c>scope</c> means the granted scopes.</summary>
    public string Claim { get; set; } = "";

    /// <summary>The value, compared ordinally. A claim that is an array matches when it holds the value.</summary>
    public string Value { get; set; } = "";

    /// <summary>The database role, exactly as PostgreSQL stores its name.</summary>
    public string Role { get; set; } = "";

    /// <summary>Only for tokens of this issuer (C18).</summary>
    /// <value>Default: null, any configured issuer.</value>
    public string? Issuer { get; set; }
}
