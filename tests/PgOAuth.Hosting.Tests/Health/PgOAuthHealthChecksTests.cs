using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using PgOAuth.Authentication;
using PgOAuth.Hosting;

namespace PgOAuth.Health;

public sealed class PgOAuthHealthChecksTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Checks_FollowTheProxy_FromStartToStop()
    {
        var builder = TestHost.CreateBuilder();
        builder.Services.AddPgOAuthProxy("keyless", static options =>
        {
            TestHost.Minimal(options);
            options.Authentication.Issuers.Clear();
        }).AddTokenValidator<NoValidator>();
        builder.Services.AddHealthChecks().Add(PgOAuthHealthChecks.Readiness("keyless")).Add(PgOAuthHealthChecks.Liveness("keyless"));
        using var host = builder.Build();
        var health = host.Services.GetRequiredService<HealthCheckService>();

        Assert.Equal((HealthStatus.Unhealthy, HealthStatus.Healthy), await CheckAsync(health, "-keyless"));
        await host.StartAsync(Token);
        Assert.Equal((HealthStatus.Healthy, HealthStatus.Healthy), await CheckAsync(health, "-keyless"));
        await host.StopAsync(Token);
        Assert.Equal((HealthStatus.Unhealthy, HealthStatus.Unhealthy), await CheckAsync(health, "-keyless"));
    }

    [Fact]
    public async Task Readiness_WithoutTheIssuersKeys_IsUnhealthy_AndLivenessIsNot()
    {
        var builder = TestHost.CreateBuilder();
        builder.Services.AddPgOAuthProxy(TestHost.Minimal);
        builder.Services.AddHealthChecks().Add(PgOAuthHealthChecks.Readiness()).Add(PgOAuthHealthChecks.Liveness());
        using var host = builder.Build();
        await host.StartAsync(Token);

        Assert.Equal((HealthStatus.Unhealthy, HealthStatus.Healthy), await CheckAsync(host.Services.GetRequiredService<HealthCheckService>(), ""));
        await host.StopAsync(Token);
    }

    [Fact]
    public void Registrations_HaveTheUsualTags()
    {
        Assert.Equal(["ready"], PgOAuthHealthChecks.Readiness().Tags);
        Assert.Equal(["live"], PgOAuthHealthChecks.Liveness().Tags);
    }

    private static async Task<(HealthStatus Ready, HealthStatus Live)> CheckAsync(HealthCheckService health, string suffix)
    {
        var report = await health.CheckHealthAsync(Token);
        return (report.Entries["pgoauth-ready" + suffix].Status, report.Entries["pgoauth-live" + suffix].Status);
    }

    private sealed class NoValidator : ITokenValidator
    {
        public ValueTask<TokenValidationResult> ValidateAsync(TokenValidationContext context, CancellationToken cancellationToken) => default;
    }
}
