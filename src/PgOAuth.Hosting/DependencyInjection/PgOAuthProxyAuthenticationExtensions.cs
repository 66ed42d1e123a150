using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PgOAuth.Authentication;
using PgOAuth.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Stage 3: whose tokens are accepted.</summary>
public static class PgOAuthProxyAuthenticationExtensions
{
    /// <summary>Trusts an issuer of JWT access tokens (RFC 9068).</summary>
    /// <param name="builder">The proxy.</param>
    /// <param name="issuer">The issuer identifier, which <c>iss</c> must equal byte for byte.</param>
    /// <param name="audience">The audience that <c>aud</c> must hold.</param>
    /// <param name="configure">Further settings of the issuer.</param>
    public static IPgOAuthProxyBuilder AddIssuer(this IPgOAuthProxyBuilder builder, string issuer, string audience, Action<IssuerOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(issuer);
        ArgumentException.ThrowIfNullOrEmpty(audience);
        return builder.Configure(options =>
        {
            var added = new IssuerOptions { Issuer = issuer, Audiences = { audience } };
            configure?.Invoke(added);
            options.Authentication.Issuers.Add(added);
        });
    }

    /// <summary>Adds a validator of the host, asked after the JWT validator and in the order of registration.</summary>
    /// <typeparam name="T">The validator: one instance for this proxy, its constructor's parameters come from the host's services.</typeparam>
    /// <param name="builder">The proxy.</param>
    public static IPgOAuthProxyBuilder AddTokenValidator<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IPgOAuthProxyBuilder builder)
        where T : class, ITokenValidator
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.KeyedSingleton<ITokenValidator, T>(builder.Name));
        return builder;
    }
}
