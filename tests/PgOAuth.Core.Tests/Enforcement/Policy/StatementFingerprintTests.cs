using System.Text;
using PgOAuth.Sql;
using Xunit;

namespace PgOAuth.Enforcement.Policy;

public sealed class StatementFingerprintTests
{
    [Theory]
    [InlineData("select 42", "select ?")]
    [InlineData("SELECT  /* c */ 1.5e3 -- c", "select ?")]
    [InlineData("select 0x2a, 0b1, 1_000", "select ?")]
    [InlineData("select -1, + 2", "select ?")]
    [InlineData("select 'CANARY'", "select ?")]
    [InlineData("select E'CAN\\'ARY'", "select ?")]
    [InlineData("select U&'CANARY' uescape '!'", "select ?")]
    [InlineData("select $$CANARY$$, $a$CANARY$a$", "select ?")]
    [InlineData("select 'CAN'\n'ARY'", "select ?")]
    [InlineData("select b'101', x'CAFE'", "select ?")]
    [InlineData("select N'CANARY'", "select nchar ?")]
    [InlineData("select date 'CANARY'", "select date ?")]
    [InlineData("select interval '1' day", "select interval ? day")]
    [InlineData("select $1, $2", "select ?")]
    [InlineData("select * from t where a in (1, 2, 3)", "select * from t where a in (?)")]
    [InlineData("select * from t where a in (-1, 'x', $3)", "select * from t where a in (?)")]
    [InlineData("insert into t values (1, 'CANARY'), (2, 'CANARY')", "insert into t values (?)")]
    [InlineData("select \"A b\", \"abc\", ABC from T.X", "select \"A b\", abc, abc from t.x")]
    [InlineData("select a::int[1], f(x)", "select a::int[?], f(x)")]
    [InlineData("set app.x = CANARY", "set app.x = ?")]
    [InlineData("set app.x to CANARY, 'b'", "set app.x to ?")]
    [InlineData("set time zone CANARY", "set time zone ?")]
    [InlineData("set role CANARY", "set role ?")]
    [InlineData("alter role r set app.x to CANARY", "alter role r set app.x to ?")]
    [InlineData("alter system set app.x = CANARY", "alter system set app.x = ?")]
    [InlineData("update t set a = b - 1, c = 'CANARY' where d between -5 and 6", "update t set a = b - ?, c = ? where d between ? and ?")]
    [InlineData("insert into t values (1, 2), (3, default), (4, 5)", "insert into t values (?), (?, default), (?)")]
    [InlineData("notify c, 'CANARY'", "notify c, ?")]
    [InlineData("do $$ CANARY $$", "do ?")]
    [InlineData("alter role r password 'CANARY'", "alter role r password ?")]
    [InlineData("copy t from 'CANARY'", "copy t from ?")]
    [InlineData("prepare transaction 'CANARY'", "prepare transaction ?")]
    public void Literals_AreGone(string sql, string expected)
    {
        var fingerprint = Of(sql);

        Assert.Equal(expected, fingerprint.Text);
        Assert.DoesNotContain("canary", fingerprint.Text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void ListsOfAnyLength_AreOneStatement() =>
        Assert.Equal(Of("select a from t where b in (1)"), Of("select A from T where B in (" + string.Join(',', Enumerable.Range(0, 500)) + ")"));

    [Fact]
    public void Hash_IsTheSameOnEveryMachine() => Assert.Equal("e1c71d1661ae46e0", Of("select 1").HashText);

    [Fact]
    public void LongText_IsCutBetweenCharacters_AndItsHashIsOfAllOfIt()
    {
        var columns = string.Join(", ", Enumerable.Repeat("ääääääääää", 200));
        var a = Of($"select {columns}, a");
        var b = Of($"select {columns}, b");

        Assert.InRange(Encoding.UTF8.GetByteCount(a.Text), StatementFingerprint.MaxBytes - 4, StatementFingerprint.MaxBytes);
        Assert.DoesNotContain('\uFFFD', a.Text);
        Assert.Equal(a.Text, b.Text);
        Assert.NotEqual(a.Hash, b.Hash);
    }

    private static StatementFingerprint Of(string sql)
    {
        var text = Encoding.UTF8.GetBytes(sql);
        var parser = new SqlParser();
        Assert.True(parser.Parse(text), parser.Error);
        var root = parser.Nodes[parser.Statements[0].Root];
        return StatementFingerprint.Of(text, parser.Tokens.AsSpan(root.Token, root.EndToken - root.Token));
    }
}
