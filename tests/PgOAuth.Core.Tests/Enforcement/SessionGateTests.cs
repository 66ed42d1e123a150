using PgOAuth.Enforcement.Catalog;
using PgOAuth.Options;
using Xunit;

namespace PgOAuth.Enforcement;

public sealed class SessionGateTests : IDisposable
{
    private readonly GateBed _bed = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private SessionGate Gate => _bed.Gate;

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task NewSession_WaitsForTheCatalogOnce()
    {
        Assert.False(Gate.TryRefresh());
        Assert.Null(Gate.Context);
        await Gate.RefreshAsync(Cancellation);

        Assert.True(Gate.TryRefresh());
        Assert.NotNull(Gate.Context);
        Assert.True(Gate.IsCurrent);
        Assert.True(Gate.TryRefresh());
        Assert.Equal((1, 1, 1), (Gate.GrantNumber, Gate.ContextNumber, _bed.Reads));
    }

    [Fact]
    public async Task SessionsOfTheSameRights_ShareTheContext_OthersDoNot()
    {
        await _bed.OpenAsync(Cancellation);
        var same = _bed.NewGate();
        var reordered = _bed.NewGate(_bed.Subject with { Scopes = ["unknown", "read"] });
        var admin = _bed.NewGate(_bed.Subject with { Scopes = ["admin"] });
        var observed = _bed.NewGate(_bed.Subject with { Mode = GateMode.Observe });
        var elsewhere = _bed.NewGate(_bed.Subject with { SearchPath = new CatalogSearchPath("other") });
        Assert.All([same, reordered, admin, observed, elsewhere], static gate => Assert.True(gate.TryRefresh()));

        Assert.Same(Gate.Context, same.Context);
        Assert.Same(Gate.Context, reordered.Context);
        Assert.Equal(4, new[] { Gate.Context, admin.Context, observed.Context, elsewhere.Context }.Distinct().Count());
    }

    [Fact]
    public async Task A27_PolicyChange_IsAnotherGrantAtTheNextMessage()
    {
        await _bed.OpenAsync(Cancellation);
        Assert.Null(_bed.Read("select pay from salaries").Denial);
        _bed.HideSalaries();

        Assert.False(Gate.IsCurrent);
        Assert.True(Gate.TryRefresh());
        Assert.Equal((2, 2), (Gate.GrantNumber, Gate.ContextNumber));
        Assert.Equal(StatementDenial.Policy, _bed.Read("select pay from salaries").Denial?.Reason);
        Assert.Null(_bed.Read("select note from orders").Denial);
    }

    [Fact]
    public async Task D20_InvalidatedCatalog_IsNotDecidedBy()
    {
        await _bed.OpenAsync(Cancellation);
        var before = Gate.Context;
        _bed.RenameNote("remark");
        _bed.Catalogs.Invalidate(CatalogTestBed.Key);

        Assert.False(Gate.IsCurrent);
        await _bed.RefreshAsync(Cancellation);
        Assert.NotSame(before, Gate.Context);
        Assert.Equal(2, Gate.ContextNumber);
        Assert.Equal(1, Gate.GrantNumber);
        Assert.True(_bed.Read("select note from orders").IsUnresolved);
        Assert.False(_bed.Read("select remark from orders").IsUnresolved);
    }

    [Fact]
    public async Task D20_CatalogThatNobodyAsksFor_IsNotCurrentForEver()
    {
        // A session that only binds what it has prepared asks nothing but this.
        await _bed.OpenAsync(Cancellation);
        _bed.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.True(Gate.IsCurrent);
        _bed.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.False(Gate.IsCurrent);
    }

    [Fact]
    public async Task ForgottenCatalog_IsOpenedAnew()
    {
        await _bed.OpenAsync(Cancellation);
        var entry = _bed.Catalogs.Open(CatalogTestBed.Key);
        Assert.False(entry.IsForgotten);
        Assert.Same(entry, _bed.Catalogs.Open(CatalogTestBed.Key));
        _bed.Catalogs.Forget("other");
        Assert.False(entry.IsForgotten);
        _bed.Catalogs.Forget("main");

        Assert.True(entry.IsForgotten);
        Assert.False(Gate.IsCurrent);
        Assert.False(Gate.TryRefresh());
        await Gate.RefreshAsync(Cancellation);
        Assert.True(Gate.TryRefresh());
        Assert.True(Gate.IsCurrent);
        Assert.NotSame(entry, _bed.Catalogs.Open(CatalogTestBed.Key));
        Assert.Equal(2, _bed.Reads);
    }

    [Fact]
    public async Task CatalogThatCannotBeRead_DeniesThisMessage_AndTheNextAsksAgain()
    {
        _bed.Problem = "gone";
        Assert.False(Gate.TryRefresh());
        await Gate.RefreshAsync(Cancellation);
        Assert.True(Gate.TryRefresh());
        Assert.Null(Gate.Context);
        Assert.False(Gate.IsCurrent);

        Assert.False(Gate.TryRefresh());
        _bed.Problem = null;
        _bed.Time.Advance(TimeSpan.FromSeconds(2));
        await Gate.RefreshAsync(Cancellation);
        Assert.True(Gate.TryRefresh());
        Assert.NotNull(Gate.Context);
    }

    [Fact]
    public async Task D20_ChangedDefinitions_MakeNamesUncertain_UntilTheTransactionEnds()
    {
        await _bed.OpenAsync(Cancellation);
        var settled = Gate.Context!;
        Gate.HasChangedDefinitions = true;

        Assert.NotSame(settled, Gate.Context);
        Assert.Same(settled.Unsettled, Gate.Context);
        Assert.True(Gate.Context!.IsUnsettled);

        Gate.DefinitionsEnded();
        Assert.False(Gate.HasChangedDefinitions);
        Assert.False(Gate.IsCurrent);
        await _bed.RefreshAsync(Cancellation);
        Assert.Same(settled, Gate.Context);
        Assert.Equal(2, _bed.Reads);
    }

    [Fact]
    public async Task D20_DefinitionsThatEndWhileTheCatalogIsRead_AreNotMissedByWhoWaits()
    {
        await _bed.OpenAsync(Cancellation);
        using var isAwaited = new ManualResetEventSlim();
        using var mayFollow = new ManualResetEventSlim();
        var isFirst = true;
        _bed.Reading = () =>
        {
            if (isFirst)
            {
                isFirst = false;
                isAwaited.Wait(Cancellation);
                Gate.DefinitionsEnded();
            }
            else
            {
                mayFollow.Wait(Cancellation);
                _bed.RenameNote("remark");
            }
        };
        Gate.HasChangedDefinitions = true;
        _bed.Catalogs.Invalidate(CatalogTestBed.Key);
        Assert.False(Gate.TryRefresh());

        var refreshing = Gate.RefreshAsync(Cancellation).AsTask();
        isAwaited.Set();
        await refreshing;
        Assert.False(Gate.TryRefresh());
        mayFollow.Set();
        await _bed.RefreshAsync(Cancellation);
        Assert.False(_bed.Read("select remark from orders").IsUnresolved);
    }

    [Fact]
    public async Task UnknownName_IsLookedForInANewerCatalog_OnceForEachTimeItComes()
    {
        await _bed.OpenAsync(Cancellation);
        Assert.False(Gate.WantsNewerCatalog(_bed.Read("select note from orders")));
        var unknown = _bed.Read("select remark from orders");
        _bed.Time.Advance(TimeSpan.FromSeconds(6));
        _bed.RenameNote("remark");

        Assert.True(Gate.WantsNewerCatalog(unknown));
        await Gate.RefreshAsync(Cancellation);
        Assert.True(Gate.TryRefresh());
        Assert.Equal(2, _bed.Reads);
        var known = _bed.Read("select remark from orders");
        Assert.False(known.IsUnresolved);
        Assert.False(Gate.WantsNewerCatalog(known));

        var still = _bed.Read("select nothing from orders");
        Assert.True(Gate.WantsNewerCatalog(still));
        await Gate.RefreshAsync(Cancellation);
        Assert.True(Gate.TryRefresh());
        Assert.False(Gate.WantsNewerCatalog(still));
        Assert.True(Gate.WantsNewerCatalog(still));
        Assert.Equal(2, _bed.Reads);
    }

    [Fact]
    public async Task UnknownName_BehindADefinition_IsNotLookedFor()
    {
        await _bed.OpenAsync(Cancellation);
        Gate.HasChangedDefinitions = true;

        Assert.False(Gate.WantsNewerCatalog(_bed.Read("select nothing from orders")));
    }
}
