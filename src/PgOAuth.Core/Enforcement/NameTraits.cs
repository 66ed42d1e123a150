namespace PgOAuth.Enforcement;

/// <summary>What is known of a name that stands anywhere in a text (stage 7).</summary>
[Flags]
internal enum NameTraits
{
    None = 0,

    /// <summary>set_config.</summary>
    SetConfig = 1,

    /// <summary>pg_settings, whose update rule calls set_config.</summary>
    SettingsView = 2,

    /// <summary>Executes an argument as SQL, or builds SQL from one without quoting it.</summary>
    SqlAsText = 4,

    /// <summary>Changes the role.</summary>
    Role = 8,

    /// <summary>Takes a lock of the session.</summary>
    SessionLock = 16,

    /// <summary>Its work is not undone by DISCARD ALL.</summary>
    Lasting = 32,

    /// <summary>The schema of temporary objects.</summary>
    Temporary = 64,
}
