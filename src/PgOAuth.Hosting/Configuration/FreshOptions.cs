using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PgOAuth.Options;

namespace PgOAuth.Configuration;

/// <summary>A proxy's settings, made anew from what the configuration holds now and from the host's code, for a reload.</summary>
internal static class FreshOptions
{
    /// <summary>Reads what can be read; mistakes of reading are added, those of meaning are for the proxy to find.</summary>
    internal static PgOAuthProxyOptions Read(IServiceProvider services, string name, ICollection<string> mistakes)
    {
        foreach (var mistake in ProxyOptionsValidation.FindReadingMistakes(services, name))
        {
            mistakes.Add(mistake);
        }

        return new OptionsFactory<PgOAuthProxyOptions>(
            services.GetServices<IConfigureOptions<PgOAuthProxyOptions>>(), services.GetServices<IPostConfigureOptions<PgOAuthProxyOptions>>()).Create(name);
    }
}
