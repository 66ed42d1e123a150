namespace PgOAuth.Enforcement;

/// <summary>What the stage 7 gate says of one SQL text. <c>default</c> denies.</summary>
internal readonly struct StatementVerdict
{
    private StatementVerdict(bool isAllowed, StatementDenial denial)
    {
        IsAllowed = isAllowed;
        Denial = denial;
    }

    internal bool IsAllowed { get; }

    internal StatementDenial Denial { get; }

    internal static StatementVerdict Allow => new(true, default);

    internal static StatementVerdict Deny(StatementDenial denial) => new(false, denial);
}
