namespace PgOAuth.Options;

/// <summary>How the startup message's <c>user</c> picks among the mapped roles.</summary>
public enum UserMatching
{
    /// <summary>It must be one of them, exactly.</summary>
    Role,

    /// <summary>One of them; when it is not and there is exactly one, that one is taken, whatever the name ("delegated" matching).</summary>
    RoleOrOnlyRole,
}
