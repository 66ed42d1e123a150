using System.Diagnostics;

namespace PgOAuth.Diagnostics;

/// <summary>The activity source <c>PgOAuth</c>: one span per session, with the login's steps as events.</summary>
internal static class PgOAuthActivitySource
{
    internal static readonly ActivitySource Source = new("PgOAuth", typeof(PgOAuthActivitySource).Assembly.GetName().Version?.ToString(3));
}
