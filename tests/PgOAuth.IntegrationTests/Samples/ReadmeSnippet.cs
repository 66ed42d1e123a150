using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PgOAuth.Authorization;

namespace PgOAuth.IntegrationTests.Samples;

/// <summary>The code that README.md and docs/policy.md show; <see cref="ReadmeTests"/> compares them.</summary>
internal static class ReadmeSnippet
{
    public static async Task RunAsync(string[] args)
    {
        // begin README.md
        var builder = Host.CreateApplicationBuilder(args);
        builder.Services.AddPgOAuthProxy(proxy => proxy.Listen("0.0.0.0", 6432, endpoint => endpoint.Tls.Certificate.Path = "server.pem"))
            .AddIssuer("https://login.example.com/", audience: "postgres")
            .AddUpstream("db.internal", 5432, username: "pgoauth_service", password: builder.Configuration["DatabasePassword"])
            .MapRole("groups", "analysts", role: "analyst")
            .MapRole(claims => claims.HasGroup("platform") ? "engineer" : null)
            .RequireScope("db:connect");
        await builder.Build().RunAsync();
        // end README.md
    }

    // begin docs/policy.md
    public sealed class OfficeHours(TimeProvider time) : IScopePolicy
    {
        public ValueTask<ScopeDecision> DecideAsync(ScopePolicyContext context, CancellationToken cancellationToken)
        {
            var allowed = context.Role != "engineer" || time.GetUtcNow().Hour is >= 6 and < 20;
            return ValueTask.FromResult(allowed ? ScopeDecision.Allow : ScopeDecision.Deny());
        }
    }
    // end docs/policy.md
}
