using PgOAuth.Authentication;
using PgOAuth.Authorization;
using PgOAuth.Enforcement;
using PgOAuth.Enforcement.Catalog;
using PgOAuth.Operations;
using PgOAuth.Startup;
using PgOAuth.Upstream;

namespace PgOAuth.Options;

/// <summary>The options, compiled for sessions: what each stage needs, ready to use. Immutable; a session keeps the one it began with.</summary>
internal sealed record ProxySnapshot
{
    internal required ProxyLimits Limits { get; init; }

    /// <summary>Stage 2.</summary>
    internal required StartupParameterRules StartupRules { get; init; }

    /// <summary>Stage 3.</summary>
    internal required AuthenticationExchange Authentication { get; init; }

    /// <summary>Stage 4.</summary>
    internal required ConnectionAuthorizer Authorizer { get; init; }

    /// <summary>Stage 4: the admin database; null when there is none.</summary>
    internal required AdminDoor? Admin { get; init; }

    /// <summary>Stage 5.</summary>
    internal required UpstreamSelector Upstream { get; init; }

    /// <summary>Stage 7; null when nothing of the session's state needs guarding.</summary>
    internal required SessionStateGuard? Guard { get; init; }

    /// <summary>Stage 7: the loops' caches of judged statements.</summary>
    internal required StatementCaches Statements { get; init; }

    /// <summary>Stage 7: where the gate's sessions look names up.</summary>
    internal required CatalogSearchPath SearchPath { get; init; }

    /// <summary>Whether sessions may be superuser upstream.</summary>
    internal required bool AllowPrivilegedRoles { get; init; }
}
