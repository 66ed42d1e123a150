namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>The types of expressions that the generator knows.</summary>
internal enum LeakType
{
    Text,
    Int,
    Number,
    Time,
    Json,
    Other,
    Bool,
}
