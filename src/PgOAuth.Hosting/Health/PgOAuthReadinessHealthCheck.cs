using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PgOAuth.Health;

/// <summary>Whether the proxy listens and has its issuers' keys; send it no clients while it does not.</summary>
/// <param name="proxy">The proxy.</param>
public sealed class PgOAuthReadinessHealthCheck(PgOAuthProxy proxy) : IHealthCheck
{
    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Task.FromResult(proxy.IsReady && !proxy.Completion.IsCompleted
            ? HealthCheckResult.Healthy()
            : new HealthCheckResult(context.Registration.FailureStatus, "The proxy is not listening, or an issuer's keys are not there yet."));
    }
}
