namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>Steps that leave the session and the data as they found them.</summary>
internal sealed record LeakUnit(long Number, string Kind, LeakStep[] Steps)
{
    public override string ToString() => $"unit {Number} ({Kind})\n  {string.Join("\n  ", Steps.Select(static step => step.ToString()))}";
}
