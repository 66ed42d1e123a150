using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PgOAuth.Health;

/// <summary>Whether the proxy still accepts connections; restart the process when it does not.</summary>
/// <param name="proxy">The proxy.</param>
public sealed class PgOAuthLivenessHealthCheck(PgOAuthProxy proxy) : IHealthCheck
{
    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Task.FromResult(proxy.Completion switch
        {
            { IsFaulted: true } => new HealthCheckResult(context.Registration.FailureStatus, "An accept loop died."),
            { IsCompleted: true } => new HealthCheckResult(context.Registration.FailureStatus, "The proxy has stopped."),
            _ => HealthCheckResult.Healthy(),
        });
    }
}
