namespace PgOAuth.Operations;

/// <summary>The version of this library.</summary>
internal static class ProxyVersion
{
    internal static string Text { get; } = typeof(ProxyVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
