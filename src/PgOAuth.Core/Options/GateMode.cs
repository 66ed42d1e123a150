namespace PgOAuth.Options;

/// <summary>Stage 7: what the statement gate does.</summary>
public enum GateMode
{
    /// <summary>Statements are not judged by the policy; the database alone decides.</summary>
    Off,

    /// <summary>Statements are judged and audited, and pass whatever the verdict: to try a policy out.</summary>
    Observe,

    /// <summary>What the policy does not allow is refused with 42501.</summary>
    Enforce,
}
