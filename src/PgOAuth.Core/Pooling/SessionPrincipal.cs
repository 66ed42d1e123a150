using PgOAuth.Relay;

namespace PgOAuth.Pooling;

/// <summary>Who uses a shared server connection, and the claims that the server is told (stage 5). Immutable; sessions with one token share it.</summary>
internal sealed class SessionPrincipal
{
    internal SessionPrincipal(string tenant, string issuer, string subject, SettingValue[] claims)
    {
        Tenant = tenant;
        Key = issuer + "\n" + subject;
        Claims = claims;
    }

    /// <summary>Server connections are never shared between two tenants.</summary>
    internal string Tenant { get; }

    /// <summary>Issuer and subject: a subject is unique for its issuer only (C18).</summary>
    internal string Key { get; }

    /// <summary>Settings made from claims; empty when claims are not handed on.</summary>
    internal SettingValue[] Claims { get; }

    internal bool IsSamePerson(SessionPrincipal other) => ReferenceEquals(this, other) || string.Equals(Key, other.Key, StringComparison.Ordinal);

    internal bool HasSameClaims(SessionPrincipal other) => ReferenceEquals(this, other) || AreEqual(Claims, other.Claims);

    private static bool AreEqual(SettingValue[] ours, SettingValue[] theirs)
    {
        for (var i = 0; i < ours.Length; i++)
        {
            if (i >= theirs.Length || !ours[i].Name.AsSpan().SequenceEqual(theirs[i].Name) || !ours[i].Value.AsSpan().SequenceEqual(theirs[i].Value))
            {
                return false;
            }
        }

        return ours.Length == theirs.Length;
    }
}
