namespace PgOAuth.Enforcement.Policy;

/// <summary>What a kind of statement needs, beside what its parts need (stage 7). <c>default</c> denies.</summary>
/// <param name="Class">How it is judged.</param>
/// <param name="Permission">The permission it needs, if it needs one.</param>
internal readonly record struct StatementRequirement(StatementClass Class, StatementPermissions Permission)
{
    internal static StatementRequirement ByAccesses => new(StatementClass.Accesses, StatementPermissions.None);

    internal static StatementRequirement OfSession => new(StatementClass.Session, StatementPermissions.None);

    internal static StatementRequirement BySettings => new(StatementClass.Settings, StatementPermissions.None);

    internal static StatementRequirement Needs(StatementPermissions permission) => new(StatementClass.Permission, permission);

    /// <summary>Whether a relation's rule cannot give it.</summary>
    internal bool IsDangerous => (Permission & StatementPermissions.Dangerous) != 0;
}
