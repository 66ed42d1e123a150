using System.Collections;
using System.Globalization;
using Microsoft.IdentityModel.Tokens;
using PgOAuth.Options;
using Xunit;

namespace PgOAuth.Authentication.Jwt;

public sealed class SignatureParametersTests
{
    // A new property of the library shows up here as a difference, to be thought about and set.
    private const string Expected = """
        ActorValidationParameters=null
        AlgorithmValidator=null
        AudienceValidator=null
        AuthenticationType=null
        ClockSkew=00:01:00
        ConfigurationManager=null
        CryptoProviderFactory=CryptoProviderFactory
        DebugId=null
        IgnoreTrailingSlashWhenValidatingAudience=False
        IncludeTokenOnFailedValidation=False
        InstancePropertyBag=[]
        IsClone=False
        IssuerSigningKey=null
        IssuerSigningKeyResolver=IssuerSigningKeyResolver
        IssuerSigningKeyResolverUsingConfiguration=null
        IssuerSigningKeyValidator=null
        IssuerSigningKeyValidatorUsingConfiguration=null
        IssuerSigningKeys=null
        IssuerValidator=null
        IssuerValidatorUsingConfiguration=null
        LifetimeValidator=LifetimeValidator
        LogTokenId=False
        LogValidationExceptions=False
        NameClaimType=http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name
        NameClaimTypeRetriever=null
        PropertyBag=null
        RefreshBeforeValidation=False
        RequireAudience=True
        RequireExpirationTime=True
        RequireSignedTokens=True
        RoleClaimType=http://schemas.microsoft.com/ws/2008/06/identity/claims/role
        RoleClaimTypeRetriever=null
        SaveSigninToken=False
        SignatureValidator=null
        SignatureValidatorUsingConfiguration=null
        TokenDecryptionKey=null
        TokenDecryptionKeyResolver=null
        TokenDecryptionKeys=null
        TokenReader=null
        TokenReplayCache=null
        TokenReplayValidator=null
        TransformBeforeSignatureValidation=null
        TryAllDecryptionKeys=False
        TryAllIssuerSigningKeys=False
        TryReadJwtClaim=null
        TypeValidator=TypeValidator
        ValidAlgorithms=[RS256 PS256]
        ValidAudience=null
        ValidAudiences=[postgres]
        ValidIssuer=https://login.example.com/
        ValidIssuers=null
        ValidTypes=null
        ValidateActor=False
        ValidateAudience=True
        ValidateIssuer=True
        ValidateIssuerSigningKey=True
        ValidateLifetime=True
        ValidateSignatureLast=False
        ValidateTokenReplay=False
        ValidateWithLKG=False
        """;

    private static readonly JsonWebKey Key = new() { Kty = "RSA", KeyId = "k" };

    [Fact]
    public void C03_EverySettingOfTheLibrary_IsAsDecided()
    {
        var parameters = Create(allowPlain: false);
        var actual = typeof(TokenValidationParameters).GetProperties()
            .Select(p => $"{p.Name}={Describe(p.GetValue(parameters))}")
            .Order(StringComparer.Ordinal);

        Assert.Equal(Expected.ReplaceLineEndings("\n"), string.Join('\n', actual));
    }

    [Fact]
    public void C03_KeyResolver_GivesTheChosenKeyOnly_WhateverIsAsked()
    {
        var parameters = Create(allowPlain: false);

        Assert.Same(Key, Assert.Single(parameters.IssuerSigningKeyResolver("token", null, "another kid", parameters)));
    }

    [Fact]
    public void C03_TypeValidator_RefusesWhatIsNoAccessToken()
    {
        var strict = Create(allowPlain: false);
        var plain = Create(allowPlain: true);

        Assert.Equal("at+jwt", strict.TypeValidator("at+jwt", null, strict));
        Assert.Throws<SecurityTokenInvalidTypeException>(() => strict.TypeValidator("JWT", null, strict));
        Assert.Throws<SecurityTokenInvalidTypeException>(() => strict.TypeValidator("", null, strict));
        Assert.Equal("JWT", plain.TypeValidator("JWT", null, plain));
        Assert.Throws<SecurityTokenInvalidTypeException>(() => plain.TypeValidator("logout+jwt", null, plain));
    }

    [Fact]
    public void C03_LifetimeValidator_RequiresAnEnd()
    {
        var parameters = Create(allowPlain: false);

        Assert.False(parameters.LifetimeValidator(null, null, null, parameters));
        Assert.True(parameters.LifetimeValidator(null, DateTime.UnixEpoch, null, parameters));
    }

    private static TokenValidationParameters Create(bool allowPlain) =>
        SignatureParameters.Create(
            new JwtIssuer(new IssuerOptions { Issuer = "https://login.example.com/", Audiences = { "postgres" }, AllowPlainJwtType = allowPlain }),
            Key,
            ["RS256", "PS256"]);

    private static string Describe(object? value) => value switch
    {
        null => "null",
        string text => text,
        IEnumerable items => "[" + string.Join(' ', items.Cast<object>()) + "]",
        Delegate or CryptoProviderFactory => value.GetType().Name,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
