using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PgOAuth.Diagnostics;
using PgOAuth.Testing;

namespace PgOAuth.Hosting;

public sealed class PgOAuthHostedServiceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Host_StartsAndStops_ProxyListensInBetween()
    {
        var builder = TestHost.CreateBuilder();
        builder.Services.AddPgOAuthProxy(TestHost.Minimal);
        using var host = builder.Build();
        await host.StartAsync(Token);
        var proxy = host.Services.GetRequiredService<PgOAuthProxy>();

        using (await TestHost.ConnectAsync(proxy))
        {
            Assert.False(proxy.Completion.IsCompleted);
        }

        await host.StopAsync(Token);
        Assert.True(proxy.Completion.IsCompletedSuccessfully);
        await Assert.ThrowsAnyAsync<Exception>(() => TestHost.ConnectAsync(proxy));
    }
}
