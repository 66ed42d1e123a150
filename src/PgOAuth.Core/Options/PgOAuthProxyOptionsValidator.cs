namespace PgOAuth.Options;

internal static class PgOAuthProxyOptionsValidator
{
    internal static List<string> Validate(PgOAuthProxyOptions options, PgOAuthProxyComponents components)
    {
        return [];
    }

    internal static string Describe(IReadOnlyCollection<string> errors, string name) =>
        "PgOAuth cannot start: " + string.Join(Environment.NewLine, errors);
}
