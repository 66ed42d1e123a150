namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>One thing that is sent, and answered by one ReadyForQuery.</summary>
internal sealed record LeakStep(LeakProtocol Protocol, string Text)
{
    /// <summary>Whether it only keeps the session in order.</summary>
    public bool IsFrame { get; init; }

    /// <summary>Whether its answer is awaited before anything is sent behind it: it may ask for data.</summary>
    public bool IsBarrier => Text.Contains("copy", StringComparison.OrdinalIgnoreCase);

    public override string ToString() => $"{Protocol}: {Text}";
}
