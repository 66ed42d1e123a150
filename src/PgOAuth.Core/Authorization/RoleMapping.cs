namespace PgOAuth.Authorization;

/// <summary>The database roles a token may become. <c>default</c> is none, so a refusal.</summary>
public readonly struct RoleMapping
{
    private readonly IReadOnlyList<string>? _roles;

    private RoleMapping(IReadOnlyList<string> roles) => _roles = roles;

    /// <summary>No role.</summary>
    public static RoleMapping None => default;

    /// <summary>The roles, exactly as PostgreSQL stores their names.</summary>
    public IReadOnlyList<string> Roles => _roles ?? [];

    /// <summary>A mapping to roles, named exactly as PostgreSQL stores them (no folding, no quotes).</summary>
    public static RoleMapping To(params IReadOnlyList<string> roles) => new(roles);
}
