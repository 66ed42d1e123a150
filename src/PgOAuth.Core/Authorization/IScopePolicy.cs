namespace PgOAuth.Authorization;

/// <summary>Stage 4: decides by the token's scopes whether it may connect to this database as this role.</summary>
/// <remarks>Every policy must allow; one that throws denies. Implementations are called concurrently.</remarks>
public interface IScopePolicy
{
    /// <summary>Decides on one connection.</summary>
    ValueTask<ScopeDecision> DecideAsync(ScopePolicyContext context, CancellationToken cancellationToken);
}
