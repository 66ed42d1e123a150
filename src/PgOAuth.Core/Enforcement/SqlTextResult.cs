namespace PgOAuth.Enforcement;

/// <summary>How much of a token's text was decoded. <c>default</c> is nothing.</summary>
internal enum SqlTextResult
{
    /// <summary>An escape that PostgreSQL refuses, or a token that has no text.</summary>
    Invalid,

    /// <summary>All of it.</summary>
    Whole,

    /// <summary>Only what the buffer could hold.</summary>
    Partial,
}
