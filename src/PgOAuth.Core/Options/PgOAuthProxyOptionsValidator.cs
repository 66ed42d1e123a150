using System.Text;
using PgOAuth.Options.Validation;

namespace PgOAuth.Options;

/// <summary>Finds every mistake in the options at once, so that nobody has to start a host twice to learn of the second one.</summary>
internal static class PgOAuthProxyOptionsValidator
{
    /// <summary>The mistakes, each as the setting's path and what to do about it. What only shows when certificates are loaded is not among them.</summary>
    internal static List<string> Validate(PgOAuthProxyOptions options, PgOAuthProxyComponents components)
    {
        var mistakes = new OptionMistakes();
        EndpointRules.Check(options.Endpoints, mistakes);
        LimitRules.Check(options.Limits, mistakes);
        AuthenticationRules.Check(options, components, mistakes);
        AuthorizationRules.Check(options, components, mistakes);
        UpstreamRules.Check(options.Upstream, components, mistakes);
        PoolRules.Check(options.Pool, mistakes);
        TransportRules.Check(options.Transport, mistakes);
        EnforcementRules.Check(options, components, mistakes);
        mistakes.CheckRange("Auditing:QueueCapacity", options.Auditing.QueueCapacity, 1, 10_000_000);
        mistakes.CheckDefined("Auditing:Overflow", options.Auditing.Overflow);
        mistakes.CheckDefined("Auditing:Statements", options.Auditing.Statements);
        AdminRules.Check(options, mistakes);
        return mistakes.ToList();
    }

    /// <summary>The whole text for people: one mistake a line.</summary>
    /// <param name="errors">At least one mistake.</param>
    /// <param name="name">The proxy's name; empty for the default one.</param>
    internal static string Describe(IReadOnlyCollection<string> errors, string name)
    {
        var text = new StringBuilder("PgOAuth ");
        if (name.Length > 0)
        {
            text.Append("proxy \"").Append(name).Append("\" ");
        }

        text.Append("cannot start. Its settings have ").Append(errors.Count == 1 ? "one mistake:" : $"{errors.Count} mistakes:");
        foreach (var error in errors)
        {
            text.AppendLine().Append("- ").Append(error);
        }

        return text.ToString();
    }
}
