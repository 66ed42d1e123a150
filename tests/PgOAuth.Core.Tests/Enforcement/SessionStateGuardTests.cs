using System.Text;
using PgOAuth.Enforcement;
using PgOAuth.Testing.Enforcement;
using Xunit;

namespace PgOAuth.Enforcement;

public sealed class SessionStateGuardTests
{
    private readonly ParsingGuard _guard = new();

    [Fact]
    public void D47_SetRole_EverySpelling_IsDenied() => AssertDenied(EscapeAttempts.SetRole);

    [Fact]
    public void D47_SetConfigOfTheRole_EveryRoute_IsDenied() => AssertDenied(EscapeAttempts.SetConfig);

    [Fact]
    public void D47_RolesAndMemberships_AreOutOfReach() => AssertDenied(EscapeAttempts.Roles.Where(static a => !IsAlter(a)));

    [Fact]
    public void B06_AlterRoleUserDatabaseSystem_IsDenied() => AssertDenied(EscapeAttempts.Roles.Where(IsAlter));

    [Theory]
    [InlineData("PREPARE TRANSACTION 'x'")]
    [InlineData("BEGIN; INSERT INTO t VALUES (1); prepare /* */ transaction E'x'")]
    [InlineData("COMMIT PREPARED 'x'")]
    [InlineData("ROLLBACK PREPARED 'x'")]
    public void B20_TwoPhaseCommit_IsDenied(string sql) => Assert.Equal(StatementDenial.StatementKind, Check(sql).Denial);

    [Theory]
    [InlineData("RESET ALL", false)]
    [InlineData("SELECT 1; reset /* */ all; SELECT 2", false)]
    [InlineData("RESET \"all\"", true)]
    [InlineData("RESET work_mem", true)]
    [InlineData("DISCARD ALL", true)]
    public void B05_ClaimsThatWereSetLater_AreNotResetWithAllOthers(string sql, bool isAllowed)
    {
        var verdict = new ParsingGuard(keepsSettings: true).Check(Encoding.UTF8.GetBytes(sql));

        Assert.Equal(isAllowed, verdict.IsAllowed);
        Assert.True(Check(sql).IsAllowed);
        Assert.True(isAllowed || verdict.Denial == StatementDenial.ProtectedSetting);
    }

    [Fact]
    public void B05_Claims_EverySpelling_CannotBeOverwritten() => AssertDenied(EscapeAttempts.Claims);

    [Fact]
    public void B05_SettingsView_CannotBeWritten() => AssertDenied(EscapeAttempts.SettingsView);

    [Fact]
    public void D03_LexerMode_EveryRoute_IsDenied() => AssertDenied(EscapeAttempts.LexerMode);

    [Fact]
    public void D10_UnicodeEscapes_AreDecodedBeforeComparing() => AssertDenied(EscapeAttempts.Unicode);

    [Fact]
    public void D12_Folding_IsAsciiOnlyExceptTowardsDenial() => AssertDenied(EscapeAttempts.Folding);

    [Fact]
    public void D47_HiddenStatements_AreFound() => AssertDenied(EscapeAttempts.Hiding);

    [Fact]
    public void D47_FunctionsThatExecuteText_AreDenied() => AssertDenied(EscapeAttempts.SqlAsText);

    [Fact]
    public void D47_CodeAndUnknownStatements_AreDenied() => AssertDenied(EscapeAttempts.Code);

    [Fact]
    public void UnreadableText_IsDenied() => AssertDenied(EscapeAttempts.Unreadable);

    [Fact]
    public void D13_LongNames_AreCutLikeTheServerCutsThem()
    {
        // 63 bytes are kept: a protected name with anything appended stays another name, a claim stays a claim.
        Assert.Equal(StatementDenial.ProtectedSetting, Check("SET pgoauth." + new string('x', 100) + " = 1").Denial);
        Assert.True(Check("SELECT set_config" + new string('x', 100) + "('role')").IsAllowed);
        Assert.True(Check("SELECT \"" + new string('é', 300) + "\" FROM t").IsAllowed);
        Assert.True(Check("SELECT " + new string('a', 100_000) + " FROM t").IsAllowed);
        Assert.Equal(StatementDenial.ComputedSetting, Check("SELECT set_config('" + new string('x', 600) + "', '', false)").Denial);
    }

    [Fact]
    public void A18_FunctionCall_HasATextOfItsOwn() =>
        Assert.Equal("Call the function with SELECT.", StatementDenialText.Of(StatementDenial.FunctionCall).Hint);

    [Fact]
    public void OrdinaryStatements_OfRealTools_AreAllowed()
    {
        Assert.True(OrdinaryStatements.All.Count >= 120, $"only {OrdinaryStatements.All.Count} statements");
        var denied = OrdinaryStatements.All.Where(sql => !Check(sql).IsAllowed).Select(sql => $"{Check(sql).Denial}: {sql}");
        Assert.Empty(denied);
    }

    [Fact]
    public void EscapeAttempts_AreMany() => Assert.True(EscapeAttempts.All.Count >= 120, $"only {EscapeAttempts.All.Count} attempts");

    [Fact]
    public void EscapeAttempts_BehindAnOrdinaryStatement_AreDenied()
    {
        foreach (var attempt in EscapeAttempts.All.Where(static a => !a.Sql.Contains('\\', StringComparison.Ordinal)))
        {
            Assert.False(Check("SELECT 'a''b' FROM \"t\"; " + attempt.Sql).IsAllowed, attempt.Sql);
        }
    }

    [Fact]
    public void D02_InvalidUtf8_IsDenied()
    {
        Assert.Equal(StatementDenial.NotReadable, _guard.Check("SELECT '\u00e9'"u8[..^2]).Denial);
        Assert.Equal(StatementDenial.NotReadable, _guard.Check([(byte)'-', (byte)'-', 0xC0, 0x27]).Denial);
        Assert.Equal(StatementDenial.NotReadable, _guard.Check([.. "SELECT '"u8, 0xED, 0xA0, 0x80, (byte)'\'']).Denial);
    }

    [Fact]
    public void EmptyText_IsAllowed() => Assert.True(_guard.Check([]).IsAllowed);

    [Fact]
    public void OrdinaryStatements_AllocateNothing()
    {
        var texts = OrdinaryStatements.All.Select(Encoding.UTF8.GetBytes).ToArray();
        Measure(texts);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Measure(texts);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void D17_DeepNesting_NeedsNoStack()
    {
        // Deeper than the parser goes, which is deeper than programs go.
        Assert.Equal(StatementDenial.NotReadable, Check("SELECT " + new string('(', 500_000) + "1" + new string(')', 500_000)).Denial);
        Assert.Equal(StatementDenial.NotReadable, Check(new string('(', 500_000) + "SELECT 1").Denial);
        Assert.True(Check("SELECT " + new string('(', 300) + "1" + new string(')', 300)).IsAllowed);
        Assert.Equal(StatementDenial.RoleChange, Check("SELECT " + new string('(', 300) + "set_config('role', 'x', true)" + new string(')', 300)).Denial);
        Assert.True(Check(string.Concat(Enumerable.Repeat("/*", 200_000)) + string.Concat(Enumerable.Repeat("*/", 200_000)) + "SELECT 1").IsAllowed);
    }

    private static bool IsAlter(EscapeAttempt attempt) => attempt.Sql.StartsWith("ALTER", StringComparison.Ordinal);

    private void Measure(byte[][] texts)
    {
        foreach (var text in texts)
        {
            _guard.Check(text);
        }
    }

    private StatementVerdict Check(string sql) => _guard.Check(Encoding.UTF8.GetBytes(sql));

    private void AssertDenied(IEnumerable<EscapeAttempt> attempts)
    {
        var wrong = attempts
            .Select(a => (a.Sql, a.Denial, Verdict: Check(a.Sql)))
            .Where(static a => a.Verdict.IsAllowed || a.Verdict.Denial.ToString() != a.Denial)
            .Select(static a => $"{(a.Verdict.IsAllowed ? "allowed" : a.Verdict.Denial)} instead of {a.Denial}: {a.Sql}");
        Assert.Empty(wrong);
    }
}
