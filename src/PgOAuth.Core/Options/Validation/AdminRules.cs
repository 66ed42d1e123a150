namespace PgOAuth.Options.Validation;

/// <summary>The admin database: <c>Admin</c>.</summary>
internal static class AdminRules
{
    internal static void Check(PgOAuthProxyOptions options, OptionMistakes mistakes)
    {
        var admin = options.Admin;
        mistakes.CheckDatabase("Admin:Database", admin.Database);
        if (admin.Scope is null)
        {
            return;
        }

        mistakes.CheckScope("Admin:Scope", admin.Scope);
        for (var i = 0; i < options.Upstream.Routes.Count; i++)
        {
            if (string.Equals(options.Upstream.Routes[i].Database, admin.Database, StringComparison.Ordinal))
            {
                mistakes.Add($"Upstream:Routes:{i}:Database", "is the admin database, so the route would never be used; change Admin:Database.");
            }
        }
    }
}
