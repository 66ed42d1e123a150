using System.Text;
using Xunit;

namespace PgOAuth.Authentication.Sasl;

/// <summary>The grammar, branch by branch as PostgreSQL 18's auth-oauth.c refuses it. ^ stands for 0x01.</summary>
public sealed class OAuthBearerMessageTests
{
    [Theory]
    [InlineData("n,,^auth=Bearer abc^^", "abc")]
    [InlineData("y,,^auth=Bearer abc^^", "abc")]
    [InlineData("n,,^auth=bearer abc^^", "abc")]
    [InlineData("n,,^auth=BEARER abc^^", "abc")]
    [InlineData("n,,^auth=bEaReR abc^^", "abc")]
    [InlineData("n,,^auth=Bearer    abc^^", "abc")]
    [InlineData("n,,^auth=Bearer abc==^^", "abc==")]
    [InlineData("n,,^auth=Bearer aZ09-._~+/=^^", "aZ09-._~+/=")]
    [InlineData("n,,^host=db.example.com^port=5432^auth=Bearer abc^^", "abc")]
    [InlineData("n,,^auth=Bearer abc^host=db.example.com^^", "abc")]
    [InlineData("n,,^host=^auth=Bearer abc^^", "abc")]
    [InlineData("n,,^host=a=b^auth=Bearer abc^^", "abc")]
    [InlineData("n,,^AUTH=Basic x^auth=Bearer abc^^", "abc")]
    [InlineData("n,,^host=\t\r\n ~!^auth=Bearer abc^^", "abc")]
    [InlineData("n,,^host=x^host=y^auth=Bearer abc^^", "abc")]
    public void A39_MessageWithAToken_GivesTheToken(string message, string token)
    {
        var parsed = Parse(message);

        Assert.Equal(OAuthBearerVerdict.Token, parsed.Verdict);
        Assert.Equal(token, parsed.Token);
    }

    [Theory]
    [InlineData("n,,^auth=^^")]
    [InlineData("y,,^auth=^^")]
    [InlineData("n,,^host=x^auth=^^")]
    public void A39_EmptyAuth_IsDiscovery(string message) => Assert.Equal(OAuthBearerVerdict.Discovery, Parse(message).Verdict);

    [Theory]
    [InlineData("n,,^auth=Basic abc^^")]
    [InlineData("n,,^auth=Bearer^^")]
    [InlineData("n,,^auth=Bearer\tabc^^")]
    [InlineData("n,,^auth=Bearerabc^^")]
    [InlineData("n,,^auth= Bearer abc^^")]
    [InlineData("n,,^auth=abc^^")]
    [InlineData("n,,^auth= ^^")]
    [InlineData("n,,^auth=Bearer ^^")]
    [InlineData("n,,^auth=Bearer    ^^")]
    [InlineData("n,,^auth=Bearer abc def^^")]
    [InlineData("n,,^auth=Bearer abc ^^")]
    [InlineData("n,,^auth=Bearer ab=c^^")]
    [InlineData("n,,^auth=Bearer =^^")]
    [InlineData("n,,^auth=Bearer \tabc^^")]
    [InlineData("n,,^auth=Bearer abc!^^")]
    [InlineData("n,,^auth=Bearer \"abc\"^^")]
    [InlineData("n,,^auth=Bearer abc,^^")]
    [InlineData("n,,^auth=Bearer abc\r\n^^")]
    public void A39_WellFormedMessageWithoutAUsableToken_IsAnsweredLikeAWrongToken(string message)
    {
        var parsed = Parse(message);

        Assert.Equal(OAuthBearerVerdict.UnusableToken, parsed.Verdict);
        Assert.Equal("", parsed.Token);
    }

    [Theory]
    [InlineData("n,a=admin,^auth=Bearer abc^^")]
    [InlineData("y,a=,^auth=Bearer abc^^")]
    [InlineData("n,a")]
    public void A39_AuthorizationIdentity_HasAVerdictOfItsOwn(string message) => Assert.Equal(OAuthBearerVerdict.AuthorizationIdentity, Parse(message).Verdict);

    [Theory]
    [InlineData("", "empty")]
    [InlineData("p=tls-server-end-point,,^auth=Bearer abc^^", "channel binding")]
    [InlineData("p,,^auth=Bearer abc^^", "channel binding")]
    [InlineData("x,,^auth=Bearer abc^^", "channel-binding flag")]
    [InlineData("N,,^auth=Bearer abc^^", "channel-binding flag")]
    [InlineData(",,^auth=Bearer abc^^", "channel-binding flag")]
    [InlineData("^auth=Bearer abc^^", "channel-binding flag")]
    [InlineData("n", "Comma expected")]
    [InlineData("n^auth=Bearer abc^^", "Comma expected")]
    [InlineData("nn,^auth=Bearer abc^^", "Comma expected")]
    [InlineData("n,", "Unexpected attribute")]
    [InlineData("n,b=x,^auth=Bearer abc^^", "Unexpected attribute")]
    [InlineData("n,^auth=Bearer abc^^", "Unexpected attribute")]
    [InlineData("n,,", "separator expected")]
    [InlineData("n,,auth=Bearer abc^^", "separator expected")]
    [InlineData("n,,,^auth=Bearer abc^^", "separator expected")]
    [InlineData("n,,^", "final terminator")]
    [InlineData("n,,^auth=Bearer abc^", "final terminator")]
    [InlineData("n,,^auth=Bearer abc", "unterminated")]
    [InlineData("n,,^auth", "unterminated")]
    [InlineData("n,,^^", "does not contain an auth value")]
    [InlineData("n,,^host=x^^", "does not contain an auth value")]
    [InlineData("n,,^^auth=Bearer abc^^", "does not contain an auth value")]
    [InlineData("n,,^Auth=Bearer abc^^", "does not contain an auth value")]
    [InlineData("n,,^auth=Bearer abc^^x", "additional data")]
    [InlineData("n,,^auth=Bearer abc^^^", "additional data")]
    [InlineData("n,,^auth=^^auth=Bearer abc^^", "additional data")]
    [InlineData("n,,^auth^^", "key without a value")]
    [InlineData("n,,^auth Bearer abc^^", "key without a value")]
    [InlineData("n,,^=Bearer abc^^", "empty key")]
    [InlineData("n,,^auth=Bearer abc^=x^^", "empty key")]
    [InlineData("n,,^auth2=x^auth=Bearer abc^^", "invalid key")]
    [InlineData("n,,^ auth=Bearer abc^^", "invalid key")]
    [InlineData("n,,^auth =Bearer abc^^", "invalid key")]
    [InlineData("n,,^ho-st=x^auth=Bearer abc^^", "invalid key")]
    [InlineData("n,,^h\u00f6st=x^auth=Bearer abc^^", "invalid key")]
    [InlineData("n,,^auth=Bearer abc\u0002^^", "invalid value")]
    [InlineData("n,,^auth=Bearer abc\u007f^^", "invalid value")]
    [InlineData("n,,^auth=Bearer \u00e4^^", "invalid value")]
    [InlineData("n,,^host=\u000b^auth=Bearer abc^^", "invalid value")]
    [InlineData("n,,^auth=Bearer abc^auth=Bearer abc^^", "multiple auth")]
    [InlineData("n,,^auth=^auth=Bearer abc^^", "multiple auth")]
    [InlineData("n,,^auth=Bearer abc^^\0", "length does not match")]
    [InlineData("n,,^auth=Bearer a\0bc^^", "length does not match")]
    [InlineData("\0n,,^auth=Bearer abc^^", "length does not match")]
    [InlineData("\0", "length does not match")]
    public void A39_MessageThatBreaksTheGrammar_IsMalformed(string message, string detail)
    {
        var parsed = Parse(message);

        Assert.Equal(OAuthBearerVerdict.Malformed, parsed.Verdict);
        Assert.Contains(detail, parsed.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("abc", parsed.Detail, StringComparison.Ordinal);
        Assert.Equal("", parsed.Token);
    }

    [Fact]
    public void A39_EveryPrefixOfAMessage_IsMalformedOrAnIdentity()
    {
        const string Whole = "n,,^host=x^auth=Bearer abc^^";
        for (var length = 0; length < Whole.Length; length++)
        {
            Assert.Equal(OAuthBearerVerdict.Malformed, Parse(Whole[..length]).Verdict);
        }
    }

    [Fact]
    public void A39_EveryByteChanged_NeverGivesAnotherToken()
    {
        var whole = Bytes("n,,^auth=Bearer abc^^");
        for (var position = 0; position < whole.Length; position++)
        {
            for (var value = 0; value < 256; value++)
            {
                var changed = (byte[])whole.Clone();
                changed[position] = (byte)value;
                var parsed = OAuthBearerMessage.Parse(changed);
                if (parsed.Verdict == OAuthBearerVerdict.Token && value != whole[position])
                {
                    // The token's own three bytes and the case of "Bearer" are all that may differ.
                    Assert.True(position is 0 or (>= 9 and <= 18), $"byte {position} was 0x{value:x2}");
                    Assert.True(BearerTokenSyntax.IsValid(parsed.Token));
                }
            }
        }
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("a", true)]
    [InlineData("a=", true)]
    [InlineData("a==========", true)]
    [InlineData("=a", false)]
    [InlineData("a=a", false)]
    [InlineData("a b", false)]
    [InlineData("a,b", false)]
    [InlineData("a\0", false)]
    [InlineData("eyJ.eyJ.c2ln-_", true)]
    public void BearerTokenSyntax_IsB64Token(string token, bool isValid) => Assert.Equal(isValid, BearerTokenSyntax.IsValid(Encoding.Latin1.GetBytes(token)));

    private static byte[] Bytes(string message) => Encoding.Latin1.GetBytes(message.Replace('^', '\u0001'));

    private static (OAuthBearerVerdict Verdict, string Detail, string Token) Parse(string message)
    {
        var parsed = OAuthBearerMessage.Parse(Bytes(message));
        return (parsed.Verdict, parsed.Detail ?? "", Encoding.Latin1.GetString(parsed.Token));
    }
}
