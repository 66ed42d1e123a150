namespace PgOAuth.Enforcement.Policy;

/// <summary>Why a statement is refused (stage 7).</summary>
internal enum PolicyRefusalReason
{
    /// <summary>No reason given: the default.</summary>
    Unspecified,

    /// <summary>It cannot be told what the statement touches.</summary>
    NotUnderstood,

    /// <summary>No rule of a granted scope allows it.</summary>
    NotGranted,

    /// <summary>A rule denies it.</summary>
    Denied,

    /// <summary>Nothing allows it, whatever the policy says.</summary>
    NeverAllowed,
}
