using System.Text;

namespace PgOAuth.Authorization;

/// <summary>Which role names may never come out of a mapping, whatever a claim says (C25).</summary>
public static class RoleNameRules
{
    /// <summary>PostgreSQL's limit of a name, in bytes: longer ones would be cut to another role's name (NAMEDATALEN - 1).</summary>
    public const int MaxBytes = 63;

    /// <summary>Whether a mapped role is usable, and if not, why.</summary>
    /// <param name="role">The name, as PostgreSQL stores it.</param>
    /// <param name="reason">Why it is refused, for the log.</param>
    public static bool IsAcceptable(string role, out string? reason)
    {
        ArgumentNullException.ThrowIfNull(role);
        reason = role switch
        {
            "" => "the name is empty",
            _ when Encoding.UTF8.GetByteCount(role) > MaxBytes => "the name is longer than 63 bytes and PostgreSQL would cut it",
            _ when role.StartsWith("pg_", StringComparison.OrdinalIgnoreCase) => "names that start with pg_ are PostgreSQL's predefined roles",
            "none" or "public" or "current_role" or "current_user" or "session_user" => "the name is a reserved word for roles",
            "postgres" => "the name is the usual superuser",
            _ when role.AsSpan().IndexOfAnyInRange('\0', '\u001f') >= 0 || role.Contains('\u007f', StringComparison.Ordinal) => "the name holds control characters",
            _ => null,
        };
        return reason is null;
    }
}
