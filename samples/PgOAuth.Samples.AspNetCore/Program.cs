using System.Net;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using PgOAuth;
using PgOAuth.Health;
using PgOAuth.Samples.Development;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

// In Development: a PostgreSQL, an issuer and a certificate from nothing. Elsewhere appsettings.json names yours.
await using var development = builder.Environment.IsDevelopment() ? await DevelopmentSetup.StartAsync(Console.WriteLine) : null;
builder.Configuration.AddInMemoryCollection(development?.Settings);

// The proxy: settings from configuration, one mapping in code.
builder.Services.AddPgOAuthProxy()
    .LoadFromConfig(builder.Configuration.GetSection("PgOAuth"))
    .MapRole(claims => claims.HasGroup("engineers") ? "engineer" : null);

builder.Services.AddHealthChecks().Add(PgOAuthHealthChecks.Readiness()).Add(PgOAuthHealthChecks.Liveness());

await using var app = builder.Build();
app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(PgOAuthHealthChecks.ReadyTag) });
app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = check => check.Tags.Contains(PgOAuthHealthChecks.LiveTag) });
app.MapGet("/", (PgOAuthProxy proxy) => $"{proxy.ActiveSessions} database sessions through {string.Join(", ", proxy.LocalEndPoints)}\n");

await app.StartAsync();
var endPoint = (IPEndPoint)app.Services.GetRequiredService<PgOAuthProxy>().LocalEndPoints[0];
Console.WriteLine(development?.Invite(endPoint.Port));
await app.WaitForShutdownAsync();
