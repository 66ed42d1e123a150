namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>What a threat does where there is no gate.</summary>
internal enum LeakHarm
{
    /// <summary>A protected value comes back.</summary>
    Value,

    /// <summary>It succeeds: it tells or keeps something, or changes what it may not.</summary>
    Runs,

    /// <summary>The role of the tests cannot do it, another one could.</summary>
    Other,
}
