namespace PgOAuth.IntegrationTests.Clients.Libpq;

/// <summary>What libpq told the hook when it asked for a token: what the proxy announced in its discovery answer.</summary>
internal sealed record TokenRequest(string? OpenIdConfiguration, string? Scope);
