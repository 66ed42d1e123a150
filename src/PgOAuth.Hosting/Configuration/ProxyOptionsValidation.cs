using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PgOAuth.DependencyInjection;
using PgOAuth.Options;

namespace PgOAuth.Configuration;

/// <summary>At start: every mistake of a proxy's settings in one text, those of reading the configuration included.</summary>
internal sealed class ProxyOptionsValidation(IServiceProvider services) : IValidateOptions<PgOAuthProxyOptions>
{
    public ValidateOptionsResult Validate(string? name, PgOAuthProxyOptions options)
    {
        name ??= "";
        var mistakes = FindReadingMistakes(services, name);
        mistakes.AddRange(ProxyCompilation.FindMistakes(options, ProxyComponentsFactory.Create(services, name)));
        return mistakes.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(PgOAuthProxyOptionsValidator.Describe(mistakes, name));
    }

    /// <summary>What is wrong with the configuration's sections, whatever the settings in them mean.</summary>
    internal static List<string> FindReadingMistakes(IServiceProvider services, string name)
    {
        var mistakes = new List<string>();
        foreach (var source in services.GetKeyedServices<ConfigurationSource>(name))
        {
            mistakes.AddRange(ProxyOptionsReader.Read(source.Section, new PgOAuthProxyOptions()));
        }

        return mistakes;
    }
}
