using System.Globalization;
using System.Text;
using PgOAuth.Enforcement;
using Xunit;

namespace PgOAuth.Relay;

/// <summary>What names may stand for, and what may be run by them.</summary>
public sealed class SessionNamesTests : IAsyncLifetime
{
    private readonly GateBed _bed = new();
    private readonly SessionNames _names = new();
    private Statement _orders = null!;
    private Statement _salaries = null!;

    public async ValueTask InitializeAsync()
    {
        await _bed.OpenAsync(TestContext.Current.CancellationToken);
        _orders = _bed.Parse("select note from orders");
        _salaries = _bed.Parse("select pay from salaries");
        _bed.HideSalaries();
        await _bed.RefreshAsync(TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        _bed.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void UnknownName_IsNotPrepared()
    {
        Assert.False(_names.Find("a"u8).IsKnown);
        Assert.Equal(StatementDenial.NotPrepared, DenialOf("a"));
        Assert.Equal(StatementDenial.NotPrepared, DenialOf(""));
        Assert.Null(default(PossibleStatements).Judge(_bed.Statements, _bed.Gate.Context));
    }

    [Fact]
    public void A26_NameGivenAgain_IsAllowedOnlyIfAllItMayBeIs()
    {
        _names.Add("a"u8, _orders, isCertain: true);
        Assert.Null(DenialOf("a"));
        _names.Add("a"u8, _salaries, isCertain: true);
        Assert.Equal(StatementDenial.Policy, DenialOf("a"));

        _names.Add("b"u8, _salaries, isCertain: true);
        _names.Add("b"u8, _orders, isCertain: true);
        Assert.Equal(StatementDenial.Policy, DenialOf("b"));
        _names.Remove("b"u8);
        _names.Add("b"u8, _orders, isCertain: true);
        Assert.Null(DenialOf("b"));
    }

    [Fact]
    public void A26_Unnamed_IsTheLastOneOnlyWhenThatIsCertain()
    {
        _names.Add(""u8, _salaries, isCertain: false);
        _names.Add(""u8, _orders, isCertain: false);
        Assert.Equal(StatementDenial.Policy, DenialOf(""));
        _names.Add(""u8, _orders, isCertain: true);
        Assert.Null(DenialOf(""));
        _names.Remove(""u8);
        Assert.Equal(StatementDenial.NotPrepared, DenialOf(""));
    }

    [Fact]
    public void A19_WithinOneBatch_ANameIsWhatItsLastParseMadeIt()
    {
        // Had that failed, nothing behind it in the batch would run.
        _names.Add("a"u8, _salaries, isCertain: false, batch: 1);
        _names.Add("a"u8, _orders, isCertain: false, batch: 2);
        Assert.Null(DenialOf("a", batch: 2));
        Assert.NotNull(DenialOf("a", batch: 1));
        Assert.NotNull(DenialOf("a", batch: 3));
        Assert.NotNull(DenialOf("a"));

        // PREPARE is not of a batch: a Query that fails does not make the server skip.
        _names.Add("a"u8, _orders, isCertain: false);
        Assert.NotNull(DenialOf("a", batch: 2));
    }

    [Fact]
    public void A25_NameThatComesBack_IsNeverForgottenAlone()
    {
        _names.Add("a"u8, _salaries, isCertain: false, isLasting: true);
        _names.Remove("a"u8);
        _names.Add("a"u8, _orders, isCertain: false, batch: 5);

        Assert.Equal(StatementDenial.Policy, DenialOf("a", batch: 5));
        _names.Clear();
        Assert.Equal(StatementDenial.NotPrepared, DenialOf("a"));
    }

    [Fact]
    public void D13_LongNames_AreTheSameWherePostgreSqlCutsThem()
    {
        var name = new string('x', 63);
        _names.Add(Encoding.UTF8.GetBytes(name + "yes"), _salaries, isCertain: true);

        Assert.Equal(StatementDenial.Policy, DenialOf(name + "no"));
        Assert.Equal(StatementDenial.NotPrepared, DenialOf(name[1..]));
        _names.Remove(Encoding.UTF8.GetBytes(name));
        Assert.Equal(StatementDenial.NotPrepared, DenialOf(name + "yes"));
    }

    [Fact]
    public void TooManyTextsOfOneName_AreNone()
    {
        for (var i = 0; i < 9; i++)
        {
            Assert.Equal(i == 0 ? StatementDenial.NotPrepared : null, DenialOf("a"));
            _names.Add("a"u8, _bed.Parse("select id from orders limit " + i.ToString(CultureInfo.InvariantCulture)), isCertain: false);
        }

        Assert.Equal(StatementDenial.NotPrepared, DenialOf("a"));
        _names.Add("a"u8, _orders, isCertain: false, batch: 7);
        Assert.Null(DenialOf("a", batch: 7));
        Assert.Equal(StatementDenial.NotPrepared, DenialOf("a"));

        // The same ones again are no more of them.
        for (var i = 0; i < 20; i++)
        {
            _names.Add("b"u8, _orders, isCertain: false);
        }

        Assert.Null(DenialOf("b"));
    }

    [Fact]
    public void TooManyNames_AreNotKnown()
    {
        for (var i = 0; i <= SessionNames.MaxNames; i++)
        {
            _names.Add(Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture)), _orders, isCertain: true);
        }

        Assert.Null(DenialOf("0"));
        Assert.Equal(StatementDenial.NotPrepared, DenialOf(SessionNames.MaxNames.ToString(CultureInfo.InvariantCulture)));
    }

    private StatementDenial? DenialOf(string name, long batch = PossibleStatements.NoBatch)
    {
        var known = _names.Find(Encoding.UTF8.GetBytes(name));
        return batch == PossibleStatements.NoBatch ? known.FindDenial(_bed.Statements, _bed.Gate.Context)?.Reason
            : known.Judge(_bed.Statements, _bed.Gate.Context, batch) is { } statement ? statement.Denial?.Reason
            : StatementDenial.NotPrepared;
    }
}
