namespace PgOAuth.Enforcement;

/// <summary>The forms of SET and RESET in PostgreSQL's grammar (stage 7). <c>default</c> is none of them.</summary>
internal enum SettingForm
{
    /// <summary>A form that is not known.</summary>
    Unknown,

    /// <summary>A setting by its name.</summary>
    Name,

    /// <summary>RESET ALL.</summary>
    All,

    /// <summary>ROLE.</summary>
    Role,

    /// <summary>SESSION AUTHORIZATION.</summary>
    SessionAuthorization,

    /// <summary>SESSION CHARACTERISTICS AS TRANSACTION.</summary>
    SessionCharacteristics,

    /// <summary>TRANSACTION.</summary>
    Transaction,

    /// <summary>NAMES, which is client_encoding.</summary>
    Names,

    /// <summary>TIME ZONE.</summary>
    TimeZone,

    /// <summary>SCHEMA, which is search_path.</summary>
    Schema,

    /// <summary>XML OPTION.</summary>
    Xml,
}
