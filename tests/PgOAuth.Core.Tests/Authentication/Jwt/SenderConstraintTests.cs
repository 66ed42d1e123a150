using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Xunit;

namespace PgOAuth.Authentication.Jwt;

public sealed class SenderConstraintTests : IDisposable
{
    private readonly X509Certificate2 _right = Certificate("right");
    private readonly X509Certificate2 _wrong = Certificate("wrong");

    [Fact]
    public async Task C24_BoundToken_OpensOnlyItsOwnConnection_AlsoAfterASuccess()
    {
        using var bed = new JwtTestBed();
        var token = Bound(bed, Thumbprint(_right));

        Assert.True((await bed.LoginAsync(token, _right)).IsValid);
        Assert.Equal(TokenFailure.SenderNotProven, (await bed.LoginAsync(token, _wrong)).Failure);
        Assert.Equal(TokenFailure.SenderNotProven, (await bed.LoginAsync(token)).Failure);
        Assert.True((await bed.LoginAsync(token, _right)).IsValid);
        Assert.True((await bed.LoginAsync(bed.Draft().Build())).IsValid);
    }

    [Fact]
    public async Task C24_UnboundToken_OnAConnectionWithACertificate_IsAccepted()
    {
        using var bed = new JwtTestBed();

        Assert.True((await bed.LoginAsync(bed.Draft().Build(), _right)).IsValid);
    }

    [Fact]
    public async Task C24_Thumbprint_IsComparedExactly()
    {
        using var bed = new JwtTestBed();
        var good = Thumbprint(_right);
        foreach (var near in new[] { good + "=", good.ToUpperInvariant(), good[..^1], good + "A", " " + good, "", _right.Thumbprint, Convert.ToHexString(_right.GetCertHash(HashAlgorithmName.SHA256)) })
        {
            Assert.Equal(TokenFailure.SenderNotProven, (await bed.LoginAsync(Bound(bed, near), _right)).Failure);
        }
    }

    [Theory]
    [InlineData("jkt")]
    [InlineData("jwk")]
    [InlineData("x5t")]
    [InlineData("future")]
    public async Task C24_SecondConfirmation_ThatCannotBeProven_IsRefused(string member)
    {
        using var bed = new JwtTestBed();
        var draft = bed.Draft();
        draft.Payload["cnf"] = new JsonObject { ["x5t#S256"] = Thumbprint(_right), [member] = "x" };

        Assert.Equal(TokenFailure.SenderNotProven, (await bed.LoginAsync(draft.Build(), _right)).Failure);
        Assert.Empty(bed.Issuer.Requests);
    }

    [Fact]
    public async Task C24_OtherHashOfTheRightCertificate_IsRefused()
    {
        using var bed = new JwtTestBed();
        var draft = bed.Draft();
        draft.Payload["cnf"] = new JsonObject { ["x5t"] = Base64Url.EncodeToString(_right.GetCertHash(HashAlgorithmName.SHA1)) };

        Assert.Equal(TokenFailure.SenderNotProven, (await bed.LoginAsync(draft.Build(), _right)).Failure);
    }

    public void Dispose()
    {
        _right.Dispose();
        _wrong.Dispose();
    }

    private static string Bound(JwtTestBed bed, string thumbprint)
    {
        var draft = bed.Draft();
        draft.Payload["cnf"] = new JsonObject { ["x5t#S256"] = thumbprint };
        return draft.Build();
    }

    // As another implementation would compute it: from the DER bytes.
    private static string Thumbprint(X509Certificate2 certificate) => Base64Url.EncodeToString(SHA256.HashData(certificate.RawData));

    private static X509Certificate2 Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(new DateTimeOffset(2029, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }
}
