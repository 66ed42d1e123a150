namespace PgOAuth.Enforcement;

/// <summary>
/// What the text of a statement can leave behind on a server connection (stage 7), for whoever may use the connection next.
/// docs/pooling.md has the table.
/// </summary>
[Flags]
internal enum SessionEffects
{
    /// <summary>Nothing that outlives the transaction, as far as the text shows: a function may hide what it does.</summary>
    None = 0,

    /// <summary>Something that DISCARD ALL undoes.</summary>
    Touched = 1,

    /// <summary>Something that DISCARD ALL does not undo.</summary>
    Tainted = 2,

    /// <summary>A custom setting that had never been set reads as empty afterwards instead of NULL. Only its name is left; DISCARD ALL keeps it.</summary>
    Residue = 4,

    /// <summary>Prepared statements may be gone, those of the proxy included.</summary>
    Unprepares = 8,

    /// <summary>Settings are back at what the connection began with: those that the proxy has SET since are gone.</summary>
    Resets = 16,
}
