using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PgOAuth;
using PgOAuth.Samples.Development;

var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });

// In Development: a PostgreSQL, an issuer and a certificate from nothing. Elsewhere appsettings.json names yours.
await using var development = builder.Environment.IsDevelopment() ? await DevelopmentSetup.StartAsync(Console.WriteLine) : null;
builder.Configuration.AddInMemoryCollection(development?.Settings);

// The whole of PgOAuth.
builder.Services.AddPgOAuthProxy().LoadFromConfig(builder.Configuration.GetSection("PgOAuth"));

using var host = builder.Build();
await host.StartAsync();
var endPoint = (IPEndPoint)host.Services.GetRequiredService<PgOAuthProxy>().LocalEndPoints[0];
Console.WriteLine(development?.Invite(endPoint.Port));
await host.WaitForShutdownAsync();
