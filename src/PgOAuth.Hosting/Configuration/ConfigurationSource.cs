using Microsoft.Extensions.Configuration;

namespace PgOAuth.Configuration;

/// <summary>A section that a proxy's settings come from.</summary>
internal sealed class ConfigurationSource(IConfigurationSection section)
{
    internal IConfigurationSection Section { get; } = section;
}
