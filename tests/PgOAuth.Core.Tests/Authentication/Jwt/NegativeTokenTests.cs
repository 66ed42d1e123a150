using PgOAuth.Testing.Authentication;
using Xunit;

namespace PgOAuth.Authentication.Jwt;

public sealed class NegativeTokenTests
{
    public static TheoryData<int, string> Cases { get; } =
        new(NegativeTokens.All.Select((c, i) => (i, c.Name.Replace("\0", "<NUL>", StringComparison.Ordinal))));

    [Fact]
    public void Table_HasMoreThan150Tokens_EachNamedOnce()
    {
        Assert.True(NegativeTokens.All.Count > 150, $"{NegativeTokens.All.Count} tokens");
        Assert.Equal(NegativeTokens.All.Count, NegativeTokens.All.Select(c => c.Name).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task OneThingWrong_IsRefused_ForThatReason(int index, string name)
    {
        Assert.NotEmpty(name);
        var wrong = NegativeTokens.All[index];
        using var bed = new JwtTestBed(o => o.AllowPlainJwtType = wrong.Plain);

        var result = await bed.LoginAsync(wrong.Make(Good(bed, wrong)));

        Assert.False(result.IsValid);
        Assert.Equal(wrong.Failure, result.Failure);

        // Nobody is named for what anybody could have written.
        Assert.Equal(wrong.Failure is TokenFailure.Expired or TokenFailure.NotYetValid, result.RefusedClaims is not null);
        Assert.Equal(wrong.NeedsKeys ? 1 : 0, bed.Issuer.KeyRequests);
        Assert.Equal(wrong.NeedsKeys ? 2 : 0, bed.Issuer.Requests.Count);

        // The same token without that one thing is good, so that one thing is the reason. And refusals are not remembered.
        var control = await bed.LoginAsync(Good(bed, wrong).Build());
        Assert.True(control.IsValid, control.LogDetail);
        Assert.False((await bed.LoginAsync(wrong.Make(Good(bed, wrong)))).IsValid);
    }

    private static TokenDraft Good(JwtTestBed bed, NegativeToken wrong)
    {
        var draft = bed.Draft();
        if (wrong.Plain)
        {
            draft.Header["typ"] = "JWT";
        }

        return draft;
    }
}
