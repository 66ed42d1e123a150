using PgOAuth.Authentication;
using PgOAuth.Authorization;
using PgOAuth.Enforcement;
using PgOAuth.Upstream;
using Xunit;

namespace PgOAuth.Authorization;

/// <summary>What a seam answers by accident must deny.</summary>
public sealed class SeamDefaultsTests
{
    [Fact]
    public void Default_OfEveryResult_Denies()
    {
        Assert.False(default(TokenValidationResult).IsValid);
        Assert.False(default(TokenValidationResult).IsNotApplicable);
        Assert.Empty(default(RoleMapping).Roles);
        Assert.False(default(ScopeDecision).IsAllowed);
        Assert.False(default(UpstreamRoute).IsFound);
        Assert.Null(default(UpstreamCredential).Username);
        Assert.False(default(StatementVerdict).IsAllowed);
    }
}
