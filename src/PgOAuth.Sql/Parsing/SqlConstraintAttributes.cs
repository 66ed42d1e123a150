namespace PgOAuth.Sql.Parsing;

/// <summary>What ConstraintAttributeSpec can say about a constraint.</summary>
[Flags]
internal enum SqlConstraintAttributes
{
    None = 0,
    NotDeferrable = 1,
    Deferrable = 2,
    InitiallyImmediate = 4,
    InitiallyDeferred = 8,
    NotValid = 16,
    NoInherit = 32,
    NotEnforced = 64,
    Enforced = 128,

    /// <summary>What says that a constraint can be deferred.</summary>
    AnyDeferrable = Deferrable | InitiallyDeferred,
}
