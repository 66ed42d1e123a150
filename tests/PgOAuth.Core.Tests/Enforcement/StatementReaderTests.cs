using System.Text;
using PgOAuth.Options;
using Xunit;

namespace PgOAuth.Enforcement;

public sealed class StatementReaderTests : IAsyncLifetime
{
    private readonly GateBed _bed = new();
    private readonly GateBed _admin = new(GateMode.Enforce, "admin");
    private readonly StatementReader _reader = new(new SessionStateGuard());

    public async ValueTask InitializeAsync()
    {
        await _bed.OpenAsync(TestContext.Current.CancellationToken);
        await _admin.OpenAsync(TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        _bed.Dispose();
        _admin.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("select 1; delete from orders")]
    [InlineData("delete from orders; select 1")]
    [InlineData("select 1; select 2; truncate orders; select 3")]
    public void A21_SeveralStatements_AreJudgedAsAWhole(string sql)
    {
        Assert.Null(Read(_bed, "select 1; select 2").Denial);
        Assert.Equal(StatementDenial.Policy, Read(_bed, sql).Denial?.Reason);
    }

    [Theory]
    [InlineData("set search_path = other; select note from orders")]
    [InlineData("begin; set local search_path = other; select note from orders; rollback")]
    [InlineData("begin; savepoint a; set search_path to other; rollback to a; select note from orders")]
    [InlineData("select set_config('search_path', 'other', true); select note from orders")]
    [InlineData("set standard_conforming_strings = off; select note from orders")]
    [InlineData("start transaction; set transaction read only; set role other; select 1")]
    public void D50_SettingsThatVerdictsRestOn_HaveNoPlaceInAnyText(string sql)
    {
        // Whatever a rollback would make of them afterwards.
        Assert.NotNull(Read(_admin, sql).Denial);
        Assert.Null(Read(_admin, "begin; savepoint a; set local statement_timeout = '1min'; rollback to a; select note from orders; commit").Denial);
    }

    [Fact]
    public void A21_SyntaxErrorAnywhere_DeniesTheWholeText()
    {
        var denial = Read(_bed, "select 1; selec 2").Denial;

        Assert.Equal((StatementDenial.Syntax, 11), (denial!.Reason, denial.Position));
        Assert.True(Read(_bed, "select 1; selec 2").IsRefused);
    }

    [Fact]
    public async Task Observe_SaysWhatWouldBeRefused_AndDeniesNothing()
    {
        using var observing = new GateBed(GateMode.Observe);
        await observing.OpenAsync(TestContext.Current.CancellationToken);
        var statement = Read(observing, "delete from orders");

        Assert.Null(statement.Denial);
        Assert.True(statement.IsRefused);
        Assert.NotNull(statement.Refusal);
        Assert.Equal(StatementDenial.RoleChange, Read(observing, "set role x").Denial?.Reason);
    }

    [Fact]
    public void D20_Definition_MakesLaterNamesOfTheTextUncertain()
    {
        // Before it, a newer catalog may know the name; behind it, none does yet.
        var statement = Read(_admin, "alter table orders rename note to remark; select remark from orders");
        Assert.Null(statement.Denial);
        Assert.True(statement.ChangesDefinitions);
        Assert.False(statement.IsUnresolved);
        Assert.True(Read(_admin, "select remark from orders; alter table orders rename note to remark").IsUnresolved);

        Assert.False(Read(_admin, "truncate orders").ChangesDefinitions);
        Assert.False(Read(_admin, "select note from orders").ChangesDefinitions);
        Assert.True(Read(_admin, "create table t (a int)").ChangesDefinitions);
        Assert.True(Read(_admin, "drop table orders").ChangesDefinitions);
        Assert.True(Read(_admin, "grant select on orders to public").ChangesDefinitions);
    }

    [Fact]
    public void D20_DefinitionBehindADefinition_IsOneAsWell()
    {
        var unsettled = _admin.Gate.Context!.Unsettled;

        Assert.True(_reader.Read("alter table orders rename note to remark"u8, [0, 0], unsettled).ChangesDefinitions);
    }

    [Fact]
    public void ParameterTypes_DecideWhatAnOperatorMayCall()
    {
        // public.<-> is for the type 700 and calls public.twice, which is not granted.
        Assert.Null(Read(_bed, "select 1 where $1 <-> $2", [0, 2, 0, 0, 0, 23, 0, 0, 0, 23]).Denial);
        Assert.NotNull(Read(_bed, "select 1 where $1 <-> $2", [0, 2, 0, 0, 2, 188, 0, 0, 2, 188]).Denial);

        // What is meant there is no other operator, whatever the types.
        Assert.NotNull(Read(_bed, "select 1 where $1 operator(public.<->) $2", []).Denial);
    }

    [Fact]
    public void TheEvidence_IsOfTheTypesThatDecided()
    {
        Assert.DoesNotContain("function public.twice", Needs([0, 2, 0, 0, 0, 23, 0, 0, 0, 23]));
        Assert.Contains("function public.twice", Needs([0, 2, 0, 0, 2, 188, 0, 0, 2, 188]));

        string[] Needs(byte[] types) =>
            [.. _reader.Collect("select 1 where $1 <-> $2"u8, types, _bed.Gate.Context).Statements.Single().Accesses.Select(static access => access.Need)];
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0 })]
    [InlineData(new byte[] { 0, 2, 0, 0, 0, 23 })]
    [InlineData(new byte[] { 255, 255 })]
    public void ParameterTypes_ThatAreCutOff_AreNone(byte[] types) => Assert.Null(Read(_bed, "select id from orders where id = $1", types).Denial);

    [Fact]
    public void Names_OfPreparedStatementsAndCursors_AreCollected()
    {
        var names = Read(_admin, "prepare \"A b\" as select 1; execute C; explain execute d; fetch x").Names!;

        Assert.Equal(["A b"], names.Prepares.Select(Encoding.UTF8.GetString));
        Assert.Equal(["c", "d"], names.Executes.Select(Encoding.UTF8.GetString));
        Assert.True(names.UsesCursor);
        Assert.False(names.DeclaresHold);
        Assert.True(Read(_admin, "declare c cursor with hold for select 1").Names!.DeclaresHold);
        Assert.Null(Read(_admin, "declare c cursor without hold for select 1").Names);
        Assert.Null(Read(_admin, "select 1").Names);
    }

    [Fact]
    public void A25_Execute_IsOfTheSameTextsStatement_OnlyBehindItsPrepare()
    {
        Assert.Empty(Read(_admin, "prepare a as select 1; execute a").Names!.Executes);
        Assert.Single(Read(_admin, "execute a; prepare a as select 1").Names!.Executes);
        Assert.Single(Read(_admin, "execute a; deallocate a; prepare a as select 1; execute a").Names!.Executes);
    }

    private Statement Read(GateBed bed, string sql, byte[]? types = null) => _reader.Read(Encoding.UTF8.GetBytes(sql), types ?? [0, 0], bed.Gate.Context);
}
