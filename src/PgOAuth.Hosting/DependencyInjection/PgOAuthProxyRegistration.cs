namespace PgOAuth.DependencyInjection;

/// <summary>One proxy that the host runs.</summary>
internal sealed record PgOAuthProxyRegistration(string Name)
{
    /// <summary>The name for people.</summary>
    internal string DisplayName => Name.Length == 0 ? "(default)" : Name;
}
