using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PgOAuth.Upstream.Scram;

/// <summary>Stage 5: the channel binding <c>tls-server-end-point</c> (RFC 5929 section 4.1): a hash of the server's certificate.</summary>
internal static class TlsServerEndPoint
{
    private const string RsaPss = "1.2.840.113549.1.1.10";

    /// <summary>The certificate's hash, or null where the RFC defines none (Ed25519 and others without one hash function).</summary>
    internal static byte[]? Hash(X509Certificate2 certificate)
    {
        var oid = certificate.SignatureAlgorithm.Value;
        var hash = oid == RsaPss ? HashOfPss(certificate.RawData) : HashOfSignature(oid);
        return hash is null ? null : CryptographicOperations.HashData(hash.Value, certificate.RawData);
    }

    // MD5 and SHA-1 are replaced by SHA-256, as the RFC says.
    private static HashAlgorithmName? HashOfSignature(string? oid) => oid switch
    {
        "1.2.840.113549.1.1.4" or "1.2.840.113549.1.1.5" or "1.2.840.113549.1.1.11" => HashAlgorithmName.SHA256,
        "1.2.840.113549.1.1.12" => HashAlgorithmName.SHA384,
        "1.2.840.113549.1.1.13" => HashAlgorithmName.SHA512,
        "1.2.840.10045.4.1" or "1.2.840.10045.4.3.2" => HashAlgorithmName.SHA256,
        "1.2.840.10045.4.3.3" => HashAlgorithmName.SHA384,
        "1.2.840.10045.4.3.4" => HashAlgorithmName.SHA512,
        _ => null,
    };

    private static HashAlgorithmName? HashOfDigest(string oid) => oid switch
    {
        "1.3.14.3.2.26" or "2.16.840.1.101.3.4.2.1" => HashAlgorithmName.SHA256,
        "2.16.840.1.101.3.4.2.2" => HashAlgorithmName.SHA384,
        "2.16.840.1.101.3.4.2.3" => HashAlgorithmName.SHA512,
        _ => null,
    };

    /// <summary>RSASSA-PSS names its hash in the parameters (RFC 4055 section 3.1); SHA-1 when left out.</summary>
    private static HashAlgorithmName? HashOfPss(byte[] certificate)
    {
        try
        {
            var outer = new AsnReader(certificate, AsnEncodingRules.DER).ReadSequence();
            outer.ReadEncodedValue();
            var algorithm = outer.ReadSequence();
            algorithm.ReadObjectIdentifier();
            var parameters = algorithm.ReadSequence();
            var tag = new Asn1Tag(TagClass.ContextSpecific, 0);
            return parameters.HasData && parameters.PeekTag().HasSameClassAndValue(tag)
                ? HashOfDigest(parameters.ReadSequence(tag).ReadSequence().ReadObjectIdentifier())
                : HashAlgorithmName.SHA256;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }
}
