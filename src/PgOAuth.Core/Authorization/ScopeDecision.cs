namespace PgOAuth.Authorization;

/// <summary>The verdict of an <see cref="IScopePolicy"/>. <c>default</c> denies.</summary>
public readonly struct ScopeDecision
{
    private ScopeDecision(bool isAllowed, string? missingScope)
    {
        IsAllowed = isAllowed;
        MissingScope = missingScope;
    }

    /// <summary>Whether the connection is allowed.</summary>
    public bool IsAllowed { get; }

    /// <summary>The scope that would have allowed it; shown to the client as a hint. Null when there is none to name.</summary>
    public string? MissingScope { get; }

    /// <summary>Allows.</summary>
    public static ScopeDecision Allow => new(true, null);

    /// <summary>Denies.</summary>
    /// <param name="missingScope">The scope that would have allowed it, or null.</param>
    public static ScopeDecision Deny(string? missingScope = null) => new(false, missingScope);
}
