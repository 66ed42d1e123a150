using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using PgOAuth.Authentication;
using PgOAuth.Diagnostics;
using PgOAuth.Options;
using PgOAuth.Sessions;
using PgOAuth.Startup;
using PgOAuth.Transport;

namespace PgOAuth.Authorization;

/// <summary>Stage 4: claims to roles, the startup user picks one, scopes decide. In this order, and denied unless all agree.</summary>
internal sealed class ConnectionAuthorizer
{
    private readonly IRoleMapper[] _mappers;
    private readonly IScopePolicy[] _policies;
    private readonly FrozenSet<string>? _allowedRoles;
    private readonly UserMatching _matching;
    private readonly ILogger _logger;

    internal ConnectionAuthorizer(AuthorizationOptions options, IEnumerable<IRoleMapper> mappers, IEnumerable<IScopePolicy> policies, ILogger logger)
    {
        _mappers = [new ClaimRoleMapper(options.RoleMap), .. mappers];
        _policies =
        [
            new RequiredScopesPolicy(options.RequiredScopes),
            .. options.ConnectionRules.Count > 0 ? [new ConnectionRulesPolicy(options.ConnectionRules)] : Array.Empty<IScopePolicy>(),
            .. policies,
        ];
        _allowedRoles = options.AllowedRoles.Count == 0
            ? null
            : options.AllowedRoles.Concat(options.RoleMap.Select(static rule => rule.Role)).ToFrozenSet(StringComparer.Ordinal);
        _matching = options.UserMatching;
        _logger = logger;
    }

    internal ValueTask<AuthorizationOutcome> AuthorizeAsync(TokenClaims claims, StartupParameters startup, SessionContext session, CancellationToken cancellationToken) =>
        AuthorizeAsync(claims, startup, session, takesOnlyRole: false, cancellationToken);

    /// <param name="claims">The token's.</param>
    /// <param name="startup">Asks for a user and a database.</param>
    /// <param name="session">The connection.</param>
    /// <param name="takesOnlyRole">Whether a user who is no role gets the one that the claims map to, whatever the settings say.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async ValueTask<AuthorizationOutcome> AuthorizeAsync(
        TokenClaims claims, StartupParameters startup, SessionContext session, bool takesOnlyRole, CancellationToken cancellationToken)
    {
        try
        {
            var roles = await MapAsync(claims, startup, session, cancellationToken).ConfigureAwait(false);
            var role = roles.Contains(startup.User) ? startup.User
                : (takesOnlyRole || _matching == UserMatching.RoleOrOnlyRole) && roles.Count == 1 ? roles[0]
                : null;
            if (role is null)
            {
                return AuthorizationOutcome.Fail(NotGranted(startup.User, roles));
            }

            return await CheckScopesAsync(claims, startup.Database, role, session, cancellationToken).ConfigureAwait(false) is { } failure
                ? AuthorizationOutcome.Fail(failure)
                : AuthorizationOutcome.Grant(role);
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Code of the host application: whatever it throws is a denial, and never reaches the client.
            Log.AuthorizationError(_logger, error, session.SessionId);
            return AuthorizationOutcome.Fail(new SessionFailure(SessionEndReason.AuthorizationError, error.GetType().Name));
        }
    }

    private async ValueTask<List<string>> MapAsync(TokenClaims claims, StartupParameters startup, SessionContext session, CancellationToken cancellationToken)
    {
        var roles = new List<string>(1);
        foreach (var mapper in _mappers)
        {
            if (mapper is not ClaimRoleMapper)
            {
                // Code of the host: it may block, and a loop must not.
                await EventLoop.Leave();
            }

            var mapping = await mapper.MapAsync(new RoleMappingContext(claims, startup.User, startup.Database, session), cancellationToken).ConfigureAwait(false);
            foreach (var role in mapping.Roles)
            {
                if (!RoleNameRules.IsAcceptable(role, out var reason))
                {
                    Log.MappedRoleRefused(_logger, session.SessionId, SafeText.Clean(role), reason!);
                }
                else if (_allowedRoles is not null && !_allowedRoles.Contains(role))
                {
                    Log.MappedRoleRefused(_logger, session.SessionId, SafeText.Clean(role), "it is not in Authorization:AllowedRoles");
                }
                else if (!roles.Contains(role))
                {
                    roles.Add(role);
                }
            }
        }

        return roles;
    }

    private async ValueTask<SessionFailure?> CheckScopesAsync(TokenClaims claims, string database, string role, SessionContext session, CancellationToken cancellationToken)
    {
        foreach (var policy in _policies)
        {
            if (policy is not (RequiredScopesPolicy or ConnectionRulesPolicy))
            {
                await EventLoop.Leave();
            }

            var decision = await policy.DecideAsync(new ScopePolicyContext(claims, database, role, session), cancellationToken).ConfigureAwait(false);
            if (!decision.IsAllowed)
            {
                return new SessionFailure(SessionEndReason.ScopeMissing, decision.MissingScope is null ? $"denied by {policy.GetType().Name}" : $"scope {decision.MissingScope}")
                {
                    Hint = decision.MissingScope is null ? null : $"Ask for a token with the scope \"{decision.MissingScope}\".",
                };
            }
        }

        return null;
    }

    // The person behind the token may know their own roles: that is what they can act on.
    private static SessionFailure NotGranted(string user, List<string> roles) =>
        new(SessionEndReason.RoleNotGranted, roles.Count == 0 ? "no role is mapped" : $"mapped roles: {string.Join(", ", roles)}")
        {
            ClientMessage = $"the access token does not give the role \"{SafeText.Clean(user)}\"",
            Hint = roles.Count == 0 ? "The token maps to no database role." : $"Connect as: {string.Join(", ", roles.Order(StringComparer.Ordinal).Take(10))}.",
        };
}
