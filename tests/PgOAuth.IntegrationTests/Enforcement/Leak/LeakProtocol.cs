namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>How a statement is sent.</summary>
internal enum LeakProtocol
{
    /// <summary>Query.</summary>
    Simple,

    /// <summary>Parse, Bind, Describe, Execute, Sync.</summary>
    Extended,

    /// <summary>The same, with results in binary.</summary>
    Binary,

    /// <summary>Bind, Execute and Sync of a statement that SQL has prepared: the text is its name.</summary>
    BindNamed,

    /// <summary>Execute and Sync of a cursor that SQL has declared: the text is its name.</summary>
    ExecuteNamed,
}
