namespace PgOAuth.Options;

/// <summary>The admin database: a console that the proxy serves itself, for tokens with a scope of their own.</summary>
public sealed class AdminOptions
{
    /// <summary>The scope that opens the console. It opens nothing else, and nothing else opens the console.</summary>
    /// <value>Default: null: there is no admin database, and its name is one like any other.</value>
    public string? Scope { get; set; }

    /// <summary>The database name that stands for the console. A database of this name cannot be reached through the proxy then.</summary>
    /// <value>Default: <c>pgoauth</c>.</value>
    public string Database { get; set; } = "pgoauth";
}
