using System.Collections.Frozen;
using PgOAuth.Options;

namespace PgOAuth.Authentication.Jwt;

/// <summary>Stage 3: one issuer's options, checked and compiled.</summary>
internal sealed class JwtIssuer
{
    private const string DiscoverySuffix = "/.well-known/openid-configuration";

    /// <exception cref="ArgumentException">An option cannot be used; the message names it.</exception>
    internal JwtIssuer(IssuerOptions options)
    {
        Name = options.Issuer;
        if (string.IsNullOrEmpty(Name))
        {
            throw new ArgumentException("Issuer must not be empty.", nameof(options));
        }

        if (options.Audiences.Count == 0 || options.Audiences.Any(string.IsNullOrEmpty))
        {
            throw new ArgumentException($"Issuer {Name}: Audiences must hold at least one audience and no empty one.", nameof(options));
        }

        if (options.Algorithms.FirstOrDefault(a => !SignatureAlgorithms.All.Contains(a)) is { } unknown)
        {
            throw new ArgumentException($"Issuer {Name}: algorithm {unknown} cannot be allowed.", nameof(options));
        }

        Audiences = options.Audiences.ToFrozenSet(StringComparer.Ordinal);
        Algorithms = options.Algorithms.Count == 0
            ? SignatureAlgorithms.All
            : options.Algorithms.ToFrozenSet(StringComparer.Ordinal);
        AllowedClients = options.AllowedClients.ToFrozenSet(StringComparer.Ordinal);
        AllowPlainJwtType = options.AllowPlainJwtType;
        SubjectClaim = options.SubjectClaim;
        ClockSkew = options.ClockSkew;
        MaxTokenLifetime = options.MaxTokenLifetime;
        Addresses = new IssuerAddressRules(options);
        KeyAddress = options.JwksUri is null ? null : Addresses.Require(options.JwksUri, nameof(options.JwksUri));
        MetadataAddress = KeyAddress is not null
            ? null
            : Addresses.Require(options.MetadataAddress ?? Name.TrimEnd('/') + DiscoverySuffix, nameof(options.MetadataAddress));
        RefreshInterval = options.KeyRefreshInterval;
        RefreshMinimumInterval = options.KeyRefreshMinimumInterval;
        LastKnownGoodLifetime = options.LastKnownGoodLifetime;
    }

    internal string Name { get; }

    internal FrozenSet<string> Audiences { get; }

    internal FrozenSet<string> Algorithms { get; }

    internal FrozenSet<string> AllowedClients { get; }

    internal bool AllowPlainJwtType { get; }

    internal string SubjectClaim { get; }

    internal TimeSpan ClockSkew { get; }

    internal TimeSpan MaxTokenLifetime { get; }

    internal IssuerAddressRules Addresses { get; }

    /// <summary>Where the keys are, when configured; else <see cref="MetadataAddress"/> says it.</summary>
    internal Uri? KeyAddress { get; }

    internal Uri? MetadataAddress { get; }

    internal TimeSpan RefreshInterval { get; }

    internal TimeSpan RefreshMinimumInterval { get; }

    internal TimeSpan LastKnownGoodLifetime { get; }
}
