using System.Diagnostics.CodeAnalysis;

namespace PgOAuth.Authentication.Jwt;

/// <summary>Stage 3: the body of an issuer's answer, or why there is none.</summary>
internal readonly record struct IssuerDocument(byte[]? Body, string? Reason)
{
    [MemberNotNullWhen(true, nameof(Body))]
    internal bool IsPresent => Body is not null;

    internal static IssuerDocument Missing(string reason) => new(null, reason);
}
