namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>Something that should not have been.</summary>
internal sealed record LeakFinding(LeakUnit Unit, LeakStep Step, string What)
{
    public override string ToString() => $"{What}\nby {Step}\nin {Unit}";
}
