using PgOAuth.Options;
namespace PgOAuth.Enforcement.Policy;

/// <summary>The defaults of a policy as rules that can be named in an audit record (stage 7).</summary>
/// <param name="defaults">Which of them are on.</param>
/// <param name="lists">The shipped lists.</param>
internal sealed class PolicyBaselineRules(PolicyDefaults defaults, IPolicyBaseline lists)
{
    private static readonly CompiledRule SessionCommandsRule = new() { Name = "default SessionCommands" };
    private static readonly CompiledRule HarmlessFunctionsRule = new() { Name = "default HarmlessFunctions" };
    private static readonly CompiledRule MetadataRule = new() { Name = "default Metadata" };
    private static readonly CompiledRule HarmlessSettingsRule = new() { Name = "default HarmlessSettings" };

    internal IPolicyBaseline Lists { get; } = lists;

    internal CompiledRule? SessionCommands { get; } = defaults.SessionCommands ? SessionCommandsRule : null;

    internal CompiledRule? HarmlessFunctions { get; } = defaults.HarmlessFunctions ? HarmlessFunctionsRule : null;

    internal CompiledRule? Metadata { get; } = defaults.Metadata ? MetadataRule : null;

    internal CompiledRule? HarmlessSettings { get; } = defaults.HarmlessSettings ? HarmlessSettingsRule : null;
}
