using PgOAuth.Options;

namespace PgOAuth.IntegrationTests.Fixtures;

/// <summary>The same, with the statement gate on: <see cref="ToolPolicy"/>.</summary>
public sealed class GatedProxies(ProxyFixture shared) : ClassProxies(shared)
{
    protected override void Configure(PgOAuthProxyOptions options) => ToolPolicy.Apply(options);
}
