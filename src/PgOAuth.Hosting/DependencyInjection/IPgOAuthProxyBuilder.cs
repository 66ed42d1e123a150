namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds to one proxy what <c>AddPgOAuthProxy</c> began. The extension methods are grouped by stage.</summary>
public interface IPgOAuthProxyBuilder
{
    /// <summary>The proxy's name, which is also the key of its services; empty for the default one.</summary>
    string Name { get; }

    /// <summary>Where the host's services are registered.</summary>
    IServiceCollection Services { get; }
}
