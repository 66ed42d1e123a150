using PgOAuth.Authentication;
using PgOAuth.Diagnostics;
using PgOAuth.Sessions;
using PgOAuth.Upstream;

namespace PgOAuth.Auditing;

/// <summary>Stage 8: whose statements they are: what all records of a session have in common. Fit for logs.</summary>
internal sealed class StatementAuditSubject
{
    internal required string ProxyName { get; init; }

    internal required long SessionId { get; init; }

    internal required string Issuer { get; init; }

    internal required string Subject { get; init; }

    internal string? TokenId { get; init; }

    internal string? ClientId { get; init; }

    internal required string Role { get; init; }

    internal required string Server { get; init; }

    internal required string Database { get; init; }

    internal static StatementAuditSubject Of(SessionContext session, TokenClaims claims, string role, UpstreamConnectRequest target) => new()
    {
        ProxyName = session.ProxyName,
        SessionId = session.SessionId,
        Issuer = SafeText.Clean(claims.Issuer),
        Subject = SafeText.Clean(claims.Subject),
        TokenId = claims.TokenId is { } id ? SafeText.Clean(id) : null,
        ClientId = claims.ClientId is { } clientId ? SafeText.Clean(clientId) : null,
        Role = role,
        Server = target.Server.Name,
        Database = SafeText.Clean(target.Database),
    };
}
