namespace PgOAuth.Relay;

/// <summary>What an error says of the prepared statement it is about (stage 6).</summary>
internal enum StatementFault : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Its result would have other columns than when it was parsed.</summary>
    PlanChanged,

    /// <summary>The server does not know it.</summary>
    Missing,

    /// <summary>The server knows one of that name.</summary>
    Duplicate,
}
