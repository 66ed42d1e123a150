namespace PgOAuth.Samples.Development.Issuer;

/// <summary>The algorithms the development issuer signs with (RFC 7518 section 3.1).</summary>
public enum DevelopmentSigningAlgorithm
{
    /// <summary>RSASSA-PKCS1-v1_5 with SHA-256, 2048 bits.</summary>
    Rs256,

    /// <summary>ECDSA with P-256 and SHA-256.</summary>
    Es256,
}
