using PgOAuth.Authentication;
using PgOAuth.Options;

namespace PgOAuth.Operations;

/// <summary>Stage 4: who may use the admin database. Asked at its door and again for every command (A50). Immutable.</summary>
internal sealed class AdminDoor
{
    private readonly string _database;
    private readonly string _scope;

    private AdminDoor(string database, string scope)
    {
        _database = database;
        _scope = scope;
    }

    /// <summary>Null when there is no admin database; its name then means what it means upstream.</summary>
    internal static AdminDoor? Create(AdminOptions options) => options.Scope is { } scope ? new AdminDoor(options.Database, scope) : null;

    internal bool IsAt(string database) => string.Equals(_database, database, StringComparison.Ordinal);

    internal bool IsOpenTo(TokenClaims claims) => claims.HasScope(_scope);
}
