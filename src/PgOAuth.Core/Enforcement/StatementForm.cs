namespace PgOAuth.Enforcement;

/// <summary>Texts that consist of one statement of a kind which concerns the proxy's own state (stage 7).</summary>
internal enum StatementForm
{
    /// <summary>Any other text, and every text of several statements.</summary>
    Other,

    /// <summary>DEALLOCATE of one name.</summary>
    Deallocate,

    /// <summary>DEALLOCATE ALL.</summary>
    DeallocateAll,

    /// <summary>DISCARD ALL.</summary>
    DiscardAll,
}
