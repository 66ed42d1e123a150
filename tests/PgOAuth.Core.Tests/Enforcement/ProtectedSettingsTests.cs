using PgOAuth.Enforcement;
using Xunit;

namespace PgOAuth.Enforcement;

public sealed class ProtectedSettingsTests
{
    [Theory]
    [InlineData("role")]
    [InlineData("ROLE")]
    [InlineData("session_authorization")]
    [InlineData("Session_Authorization")]
    [InlineData("backslash_quote")]
    [InlineData("pgoauth.sub")]
    [InlineData("PgOAuth.")]
    public void A08_ProtectedNames_InAnyCase_AreProtected(string name) => Assert.True(ProtectedSettings.IsProtected(name));

    [Theory]
    [InlineData("")]
    [InlineData("roles")]
    [InlineData("pgoauth")]
    [InlineData("pgoauthx.sub")]
    [InlineData("rôle")]
    [InlineData("ro\u212Ae")]
    [InlineData("search_path")]
    public void OtherNames_AreNotProtected(string name) => Assert.False(ProtectedSettings.IsProtected(name));

    [Theory]
    [InlineData("UTF8")]
    [InlineData("utf-8")]
    [InlineData("UNICODE")]
    [InlineData("SQL_ASCII")]
    [InlineData("LATIN1")]
    [InlineData("ISO_8859_5")]
    [InlineData("win1252")]
    public void D01_EncodingsThatKeepAscii_AreSafe(string name) => Assert.True(ProtectedSettings.IsSafeClientEncoding(name));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("SJIS")]
    [InlineData("BIG5")]
    [InlineData("GBK")]
    [InlineData("UHC")]
    [InlineData("GB18030")]
    [InlineData("JOHAB")]
    [InlineData("SHIFT_JIS_2004")]
    [InlineData("mskanji")]
    [InlineData("windows949")]
    [InlineData("EUC_JP")]
    [InlineData("utf8\0")]
    [InlineData("utf8 latin1")]
    [InlineData("auto")]
    public void D01_OtherEncodings_AreNotSafe(string name) => Assert.False(ProtectedSettings.IsSafeClientEncoding(name));

    [Theory]
    [InlineData("on", true)]
    [InlineData("TRUE", true)]
    [InlineData("1", true)]
    [InlineData("yes", true)]
    [InlineData("off", false)]
    [InlineData("o", false)]
    [InlineData("", false)]
    [InlineData("0", false)]
    public void D03_StandardConformingStrings_StaysOn(string value, bool safe) =>
        Assert.Equal(safe, ProtectedSettings.IsSafeStandardConformingStrings(value));
}
