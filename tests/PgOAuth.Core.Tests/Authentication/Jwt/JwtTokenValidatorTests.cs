using PgOAuth.Testing.Authentication;
using Xunit;

namespace PgOAuth.Authentication.Jwt;

public sealed class JwtTokenValidatorTests
{
    [Fact]
    public async Task ValidToken_IsAccepted_WithItsClaims()
    {
        using var bed = new JwtTestBed();
        var now = bed.Time.GetUtcNow().ToUnixTimeSeconds();

        var result = await bed.ValidateAsync(bed.Draft().Build());

        Assert.True(result.IsValid, result.LogDetail);
        Assert.Equal(JwtTestBed.IssuerName, result.Claims.Issuer);
        Assert.Equal("alice", result.Claims.Subject);
        Assert.Equal("reporting", result.Claims.ClientId);
        Assert.Equal("token-1", result.Claims.TokenId);
        Assert.Equal(now + 600, result.Claims.ExpiresAt.ToUnixTimeSeconds());
        Assert.Equal(now - 1, result.Claims.IssuedAt!.Value.ToUnixTimeSeconds());
        Assert.Equal(["orders:read", "orders:write"], result.Claims.Scopes.Order());
    }
}
