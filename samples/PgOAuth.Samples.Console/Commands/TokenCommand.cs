using System.CommandLine;
using PgOAuth.Samples.Development.Issuer;

namespace PgOAuth.Samples.Terminal.Commands;

/// <summary><c>token</c>: prints a token of the development issuer and nothing else.</summary>
internal static class TokenCommand
{
    private static readonly char[] Blank = [' '];

    // The default of MaxTokenLifetime.
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromHours(24);

    public static Command Create()
    {
        var subject = new Option<string>("--sub") { Description = "Whom the token is for: its sub claim", HelpName = "S", Required = true };
        var scope = new Option<string>("--scope") { Description = "Scopes, separated by blanks. Default: none", HelpName = "\"a b\"" };
        var groups = new Option<string>("--groups") { Description = "Groups, separated by commas. Default: none", HelpName = "g,h" };
        var audience = new Option<string>("--audience") { Description = "The audience. Default: postgres", HelpName = "A" };
        var lifetime = new Option<TimeSpan>("--lifetime")
        {
            Description = "How long it is valid. Default: 1h",
            HelpName = "10m",
            DefaultValueFactory = static _ => TimeSpan.FromHours(1),
            CustomParser = static result => Arguments.Parse(result, Arguments.Duration),
        };
        var command = new Command("token", "Print a token of the development issuer; works beside a running serve.") { subject, scope, groups, audience, lifetime };
        command.SetAction(parsed => Run(
            new DevelopmentTokenRequest
            {
                Subject = parsed.GetValue(subject)!,
                Scopes = Split(parsed.GetValue(scope), Blank),
                Groups = Split(parsed.GetValue(groups), [',']),
                Audience = parsed.GetValue(audience),
                Lifetime = parsed.GetValue(lifetime),
            }));
        return command;
    }

    private static void Run(DevelopmentTokenRequest request)
    {
        if (request.Lifetime > LongestLifetime)
        {
            Console.Error.WriteLine("This token lives longer than 24 hours, and the proxy refuses such tokens unless the issuer's MaxTokenLifetime says otherwise.");
        }

        try
        {
            Console.WriteLine(DevelopmentTokenIssuer.Open().IssueToken(request));
        }
        catch (InvalidOperationException missing)
        {
            throw new CommandException(missing.Message, missing);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The keys of the development issuer cannot be read: {failed.Message}", failed);
        }
    }

    private static string[] Split(string? text, char[] separators)
    {
        return text?.Split(separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
    }
}
