namespace PgOAuth.Samples.Development.Issuer;

/// <summary>Somebody the development issuer knows.</summary>
/// <param name="Subject">The <c>sub</c> claim.</param>
/// <param name="Groups">The <c>groups</c> claim.</param>
/// <param name="Scopes">The scopes this person can be granted.</param>
public sealed record DevelopmentPerson(string Subject, IReadOnlyList<string> Groups, IReadOnlyList<string> Scopes)
{
    /// <summary>Three people with different rights: one reads, one writes, one may not use the database.</summary>
    public static IReadOnlyList<DevelopmentPerson> All { get; } =
    [
        new("alice", ["analysts"], ["db:read"]),
        new("bob", ["engineers"], ["db:read", "db:write"]),
        new("carol", [], []),
    ];

    /// <summary>Finds one of <see cref="All"/> by subject; null when nobody is called so.</summary>
    public static DevelopmentPerson? Find(string? subject)
    {
        return All.FirstOrDefault(person => person.Subject == subject);
    }
}
