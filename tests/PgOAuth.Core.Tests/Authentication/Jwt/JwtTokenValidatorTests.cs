using System.Security.Cryptography;
using System.Text.Json.Nodes;
using PgOAuth.Options;
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

    [Theory]
    [InlineData("RS256")]
    [InlineData("RS384")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("PS384")]
    [InlineData("PS512")]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("ES512")]
    public async Task C01_EachAllowedAlgorithm_Verifies_AndOnlyWhenTheIssuerAllowsIt(string algorithm)
    {
        var key = algorithm switch
        {
            "ES256" => TestKey.Ec1,
            "ES384" => TestKey.Ec("ec-384", ECCurve.NamedCurves.nistP384, "P-384"),
            "ES512" => TestKey.Ec("ec-521", ECCurve.NamedCurves.nistP521, "P-521"),
            _ => TestKey.Rsa1,
        };

        Assert.True((await Run(null)).IsValid);
        Assert.True((await Run(algorithm)).IsValid);
        Assert.Equal(TokenFailure.AlgorithmNotAllowed, (await Run(algorithm == "RS256" ? "PS256" : "RS256")).Failure);

        async Task<TokenValidationResult> Run(string? allowed)
        {
            using var bed = new JwtTestBed(o =>
            {
                if (allowed is not null)
                {
                    o.Algorithms.Add(allowed);
                }
            });
            bed.Issuer.Publish(TestKey.Rsa2, key);
            var draft = bed.Draft(key);
            draft.Header["alg"] = algorithm;
            return await bed.LoginAsync(draft.Build());
        }
    }

    [Theory]
    [InlineData("at+jwt", false)]
    [InlineData("AT+JWT", false)]
    [InlineData("application/at+jwt", false)]
    [InlineData("Application/At+Jwt", false)]
    [InlineData("JWT", true)]
    [InlineData("jwt", true)]
    [InlineData(null, true)]
    [InlineData("at+jwt", true)]
    public async Task C14_AccessTokenTypes_AreAccepted(string? type, bool plain)
    {
        using var bed = new JwtTestBed(o => o.AllowPlainJwtType = plain);
        var draft = bed.Draft();
        draft.Header["typ"] = type;
        if (type is null)
        {
            draft.Header.Remove("typ");
        }

        Assert.True((await bed.LoginAsync(draft.Build())).IsValid);
    }

    [Fact]
    public async Task C14_PlainAccessTokensOfCommonIssuers_AreAccepted()
    {
        using var bed = new JwtTestBed(o => o.AllowPlainJwtType = true);
        foreach (var (claim, value) in new (string, string)[] { ("token_use", "access"), ("typ", "Bearer"), ("azp", "reporting") })
        {
            var draft = bed.Draft();
            draft.Header["typ"] = "JWT";
            draft.Payload[claim] = value;
            Assert.True((await bed.LoginAsync(draft.Build())).IsValid, claim);
        }
    }

    [Fact]
    public async Task C04_KidAbsent_IsAccepted_WhenTheIssuerHasOneKey()
    {
        using var bed = new JwtTestBed();
        bed.Issuer.Publish(TestKey.Rsa1);
        var draft = bed.Draft();
        draft.Header.Remove("kid");

        Assert.True((await bed.LoginAsync(draft.Build())).IsValid);
    }

    [Fact]
    public async Task C04_SameKidAtTwoIssuers_EachTokenIsVerifiedWithItsOwnIssuersKey()
    {
        var other = new FakeIssuer("https://other.example.com/", TestKey.Rsa2.Named("rsa-1"));
        using var bed = new JwtTestBed(null, 1000, other);
        var now = bed.Time.GetUtcNow();
        var mine = new TokenDraft(JwtTestBed.IssuerName, JwtTestBed.Audience, TestKey.Rsa1, now);
        var theirs = new TokenDraft(other.Name, JwtTestBed.Audience, TestKey.Rsa2.Named("rsa-1"), now);

        Assert.True((await bed.LoginAsync(mine.Build())).IsValid);
        Assert.True((await bed.LoginAsync(theirs.Build())).IsValid);
        mine.Key = TestKey.Rsa2;
        theirs.Key = TestKey.Rsa1;
        Assert.Equal(TokenFailure.BadSignature, (await bed.LoginAsync(mine.Build())).Failure);
        Assert.Equal(TokenFailure.BadSignature, (await bed.LoginAsync(theirs.Build())).Failure);
    }

    [Fact]
    public async Task C05_KeyHeaders_AreIgnored_InAGoodToken_AndNobodyIsAskedForThem()
    {
        using var bed = new JwtTestBed();
        var draft = bed.Draft();
        draft.Header["jku"] = "https://evil.example.com/jwks";
        draft.Header["x5u"] = "https://evil.example.com/x5u";
        draft.Header["jwk"] = TestKey.Rsa2.ToJwk();
        draft.Header["x5c"] = new JsonArray("AAAA");
        draft.Header["x5t"] = "AAAA";

        Assert.True((await bed.LoginAsync(draft.Build())).IsValid);
        Assert.DoesNotContain(bed.Issuer.Requests, r => r.Host != "login.example.com");
        Assert.Equal(2, bed.Issuer.Requests.Count);
    }

    [Theory]
    [InlineData("[\"postgres\"]")]
    [InlineData("[\"other\",\"postgres\"]")]
    [InlineData("\"postgres\"")]
    public async Task C12_AudienceHeld_IsAccepted(string audience)
    {
        using var bed = new JwtTestBed();
        Assert.True((await bed.LoginAsync(bed.Draft().RawClaim("aud", audience).Build())).IsValid);
    }

    [Theory]
    [InlineData("exp", -59)]
    [InlineData("nbf", 60)]
    [InlineData("iat", 60)]
    public async Task C13_WithinTheSkew_IsAccepted(string claim, int seconds)
    {
        using var bed = new JwtTestBed();
        var draft = bed.Draft();
        draft.Payload["iat"] = bed.Time.GetUtcNow().ToUnixTimeSeconds() - 3600;
        draft.Payload[claim] = bed.Time.GetUtcNow().ToUnixTimeSeconds() + seconds;

        Assert.True((await bed.LoginAsync(draft.Build())).IsValid);
    }

    [Fact]
    public async Task C13_FloatsAndExponents_AreRead()
    {
        using var bed = new JwtTestBed();
        var now = bed.Time.GetUtcNow().ToUnixTimeSeconds();
        var draft = bed.Draft();
        draft.Payload.Remove("iat");

        var result = await bed.LoginAsync(draft.RawClaim("exp", $"{now + 300}.75").Build());
        Assert.True(result.IsValid);
        Assert.Equal(now + 300, result.Claims.ExpiresAt.ToUnixTimeSeconds());
        Assert.True((await bed.LoginAsync(bed.Draft().RawClaim("exp", $"{now / 10 + 30}e1").Build())).IsValid);
    }

    [Fact]
    public async Task C13_WholeDay_IsTheLongestLifetime()
    {
        using var bed = new JwtTestBed();
        var draft = bed.Draft();
        draft.Payload["exp"] = (long)draft.Payload["iat"]! + 86_400;

        Assert.True((await bed.LoginAsync(draft.Build())).IsValid);
    }

    [Fact]
    public async Task C16_AllowedClients_AreTheOnlyOnes_UnderEachOfTheThreeNames()
    {
        using var bed = new JwtTestBed(o => o.AllowedClients.Add("reporting"));
        foreach (var name in new[] { "client_id", "azp", "appid" })
        {
            Assert.True((await Run(name, "reporting")).IsValid, name);
            foreach (var foreign in new[] { "reporting2", "Reporting", "report" })
            {
                Assert.Equal(TokenFailure.ClientNotAllowed, (await Run(name, foreign)).Failure);
            }
        }

        Assert.Equal(TokenFailure.ClientNotAllowed, (await Run("x", "reporting")).Failure);
        Assert.Equal(1, bed.Issuer.KeyRequests);

        async Task<TokenValidationResult> Run(string name, string value)
        {
            var draft = bed.Draft();
            draft.Payload.Remove("client_id");
            draft.Payload[name] = value;
            return await bed.LoginAsync(draft.Build());
        }
    }

    [Fact]
    public async Task C16_AppOnlyToken_WithRolesInsteadOfScopes_HasNoScopes()
    {
        using var bed = new JwtTestBed();
        var draft = bed.Draft();
        draft.Payload.Remove("scope");
        draft.Payload["roles"] = new JsonArray("orders:read");

        var result = await bed.LoginAsync(draft.Build());

        Assert.True(result.IsValid);
        Assert.Empty(result.Claims.Scopes);
    }

    [Theory]
    [InlineData("scope", "\"admin2 adm Admin\"", "Admin,adm,admin2")]
    [InlineData("scope", "\"a a b a\"", "a,b")]
    [InlineData("scope", "\"\"", "")]
    [InlineData("scope", "[\"a\",\"b\"]", "a,b")]
    [InlineData("scp", "\"a b\"", "a,b")]
    [InlineData("scp", "[\"a\",\"b\"]", "a,b")]
    [InlineData("scp", "[]", "")]
    [InlineData("scope", "\"db:orders/read https://x.example.com/.default !#$%&'()*+\"", "!#$%&'()*+,db:orders/read,https://x.example.com/.default")]
    public async Task C17_Scopes_AreExactWords(string claim, string json, string expected)
    {
        using var bed = new JwtTestBed();
        var draft = bed.Draft();
        draft.Payload.Remove("scope");

        var result = await bed.LoginAsync(draft.RawClaim(claim, json).Build());

        Assert.True(result.IsValid, result.LogDetail);
        Assert.Equal(expected.Split(',', StringSplitOptions.RemoveEmptyEntries), result.Claims.Scopes.Order(StringComparer.Ordinal));
        Assert.False(result.Claims.HasScope("admin"));
    }

    [Fact]
    public async Task C17_ScopeAndScpThatAgree_AreAccepted()
    {
        using var bed = new JwtTestBed();
        var draft = bed.Draft();
        draft.Payload["scp"] = new JsonArray("orders:write", "orders:read");

        Assert.True((await bed.LoginAsync(draft.Build())).IsValid);
    }

    [Fact]
    public async Task C18_SameSubAtTwoIssuers_StaysTwoIdentities()
    {
        var other = new FakeIssuer("https://other.example.com/", TestKey.Rsa2);
        using var bed = new JwtTestBed(null, 1000, other);

        var mine = await bed.LoginAsync(bed.Draft().Build());
        var theirs = await bed.LoginAsync(new TokenDraft(other.Name, JwtTestBed.Audience, TestKey.Rsa2, bed.Time.GetUtcNow()).Build());

        Assert.True(mine.IsValid && theirs.IsValid);
        Assert.Equal(mine.Claims.Subject, theirs.Claims.Subject);
        Assert.NotEqual(mine.Claims.Issuer, theirs.Claims.Issuer);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("\"true\"", false)]
    [InlineData("1", false)]
    [InlineData(null, false)]
    public async Task C18_EmailAsSubject_CountsOnlyWhenVerified(string? verified, bool accepted)
    {
        using var bed = new JwtTestBed(o => o.SubjectClaim = "email");
        var draft = bed.Draft();
        draft.Payload["email"] = "alice@example.com";
        if (verified is not null)
        {
            draft.RawClaim("email_verified", verified);
        }

        var result = await bed.LoginAsync(draft.Build());

        Assert.Equal(accepted, result.IsValid);
        Assert.Equal(accepted ? "alice@example.com" : null, result.Claims?.Subject);
    }

    [Fact]
    public async Task C19_ClaimNames_AreCaseSensitive()
    {
        using var bed = new JwtTestBed();
        var draft = bed.Draft();
        draft.Payload["ROLES"] = new JsonArray("admin");
        draft.Payload["Ro\u200bles"] = new JsonArray("admin");
        draft.Payload["Groups"] = new JsonArray("admin");

        var result = await bed.LoginAsync(draft.Build());

        Assert.True(result.IsValid);
        Assert.False(result.Claims.HasClaim("roles", "admin"));
        Assert.False(result.Claims.HasClaim("Roles", "admin"));
        Assert.False(result.Claims.HasGroup("admin"));
    }

    [Fact]
    public async Task C23_GroupOverage_IsNotFollowed()
    {
        using var bed = new JwtTestBed();
        var draft = bed.Draft();
        draft.Payload["_claim_names"] = new JsonObject { ["groups"] = "src1" };
        draft.Payload["_claim_sources"] = new JsonObject { ["src1"] = new JsonObject { ["endpoint"] = "https://login.example.com/groups" } };

        var result = await bed.LoginAsync(draft.Build());

        Assert.True(result.IsValid);
        Assert.Empty(result.Claims.GetValues("groups"));
        Assert.Equal(2, bed.Issuer.Requests.Count);
    }

    [Fact]
    public async Task C23_LargeToken_WithinTheLimit_IsAccepted()
    {
        using var bed = new JwtTestBed();
        var draft = bed.Draft();
        draft.Payload["groups"] = new JsonArray([.. Enumerable.Range(0, 2000).Select(i => (JsonNode)$"group-{i:d6}-abcd")]);

        var result = await bed.LoginAsync(draft.Build());

        Assert.True(result.IsValid, result.LogDetail);
        Assert.True(result.Claims.HasGroup("group-001999-abcd"));
    }

    [Fact]
    public async Task Opaque_AndForeignTokens_AreLeftToTheNextValidator()
    {
        using var bed = new JwtTestBed();
        var foreign = bed.Draft();
        foreign.Payload["iss"] = "https://elsewhere.example.com/";
        foreign.Header["typ"] = "JWT";
        foreign.Header["alg"] = "EdDSA";

        Assert.True((await bed.ValidateAsync("opaque")).IsNotApplicable);
        Assert.True((await bed.ValidateAsync(foreign.Build())).IsNotApplicable);
        Assert.Empty(bed.Issuer.Requests);
    }

    [Fact]
    public void Options_ThatCannotBeUsed_AreRefused_ByName()
    {
        Refused("Issuer", new IssuerOptions { Audiences = { "a" } });
        Refused("Audiences", new IssuerOptions { Issuer = "https://x.example.com" });
        Refused("Audiences", new IssuerOptions { Issuer = "https://x.example.com", Audiences = { "" } });
        Refused("HS256", new IssuerOptions { Issuer = "https://x.example.com", Audiences = { "a" }, Algorithms = { "HS256" } });
        Refused("MetadataAddress", new IssuerOptions { Issuer = "http://x.example.com", Audiences = { "a" } });
        Refused("MetadataAddress", new IssuerOptions { Issuer = "http://127.0.0.1", Audiences = { "a" } });
        Refused("MetadataAddress", new IssuerOptions { Issuer = "http://x.example.com", Audiences = { "a" }, DangerousAllowHttpOnLoopback = true });
        Refused("MetadataAddress", new IssuerOptions { Issuer = "kubernetes", Audiences = { "a" } });
        Refused("JwksUri", new IssuerOptions { Issuer = "https://x.example.com", Audiences = { "a" }, JwksUri = "https://u:p@x.example.com/" });
        Refused("twice", new IssuerOptions { Issuer = "https://x.example.com", Audiences = { "a" } }, new IssuerOptions { Issuer = "https://x.example.com", Audiences = { "b" } });

        static void Refused(string word, params IssuerOptions[] issuers)
        {
            var options = new AuthenticationOptions();
            foreach (var issuer in issuers)
            {
                options.Issuers.Add(issuer);
            }

            using var log = new PgOAuth.Testing.LogRecorder();
            var error = Assert.Throws<ArgumentException>(() => new JwtTokenValidator(options, log, TimeProvider.System));
            Assert.Contains(word, error.Message, StringComparison.Ordinal);
        }
    }
}
