using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PgOAuth.Health;

/// <summary>
/// Health checks to add to the host's: <c>services.AddHealthChecks().Add(PgOAuthHealthChecks.Readiness())</c>.
/// </summary>
public static class PgOAuthHealthChecks
{
    /// <summary>The tag of readiness checks.</summary>
    public const string ReadyTag = "ready";

    /// <summary>The tag of liveness checks.</summary>
    public const string LiveTag = "live";

    /// <summary>Healthy while the proxy listens and has its issuers' keys. Tagged <see cref="ReadyTag"/>.</summary>
    /// <param name="proxyName">The name given to <c>AddPgOAuthProxy</c>; empty for the default proxy.</param>
    public static HealthCheckRegistration Readiness(string proxyName = "") =>
        new(CheckName("pgoauth-ready", proxyName), services => new PgOAuthReadinessHealthCheck(Find(services, proxyName)), failureStatus: null, [ReadyTag]);

    /// <summary>Healthy until an accept loop dies or the proxy stops. Tagged <see cref="LiveTag"/>.</summary>
    /// <param name="proxyName">The name given to <c>AddPgOAuthProxy</c>; empty for the default proxy.</param>
    public static HealthCheckRegistration Liveness(string proxyName = "") =>
        new(CheckName("pgoauth-live", proxyName), services => new PgOAuthLivenessHealthCheck(Find(services, proxyName)), failureStatus: null, [LiveTag]);

    private static string CheckName(string check, string proxyName) => proxyName.Length == 0 ? check : $"{check}-{proxyName}";

    private static PgOAuthProxy Find(IServiceProvider services, string proxyName) => services.GetRequiredKeyedService<PgOAuthProxy>(proxyName);
}
