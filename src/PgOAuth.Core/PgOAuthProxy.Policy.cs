using PgOAuth.Enforcement;
using PgOAuth.Operations;

namespace PgOAuth;

/// <content>What the policy says, in code.</content>
public sealed partial class PgOAuthProxy : IPgOAuthPolicy
{
    /// <inheritdoc />
    public ValueTask<PolicyExplanation> ExplainAsync(ExplainRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new PolicyExplainer(_compiled.Snapshot, _policy, _catalogs, _name, _time).ExplainAsync(request, cancellationToken);
    }
}
