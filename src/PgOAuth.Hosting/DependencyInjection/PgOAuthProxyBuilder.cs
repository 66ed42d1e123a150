using Microsoft.Extensions.DependencyInjection;

namespace PgOAuth.DependencyInjection;

/// <summary>What the builder's extension methods need.</summary>
internal sealed class PgOAuthProxyBuilder(string name, IServiceCollection services) : IPgOAuthProxyBuilder
{
    public string Name { get; } = name;

    public IServiceCollection Services { get; } = services;
}
