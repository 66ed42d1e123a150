using PgOAuth.Options;
using Xunit;

namespace PgOAuth.Enforcement;

public sealed class GateContextTests : IDisposable
{
    private readonly GateBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task Unsettled_IsOneForAll_AndOfTheSameRights()
    {
        await _bed.OpenAsync(TestContext.Current.CancellationToken);
        var context = _bed.Gate.Context!;
        var unsettled = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => context.Unsettled)));

        var one = Assert.Single(unsettled.Distinct());
        Assert.NotSame(context, one);
        Assert.True(one.IsUnsettled);
        Assert.Same(one, one.Unsettled);
        Assert.Equal((context.Grant, context.Catalog, context.Mode), (one.Grant, one.Catalog, one.Mode));
        Assert.NotEqual(context.Salt, one.Salt);
    }

    [Fact]
    public async Task A26_SameText_InTwoContexts_HasTwoVerdicts()
    {
        await _bed.OpenAsync(TestContext.Current.CancellationToken);
        var admin = _bed.NewGate(_bed.Subject with { Scopes = ["admin"] });
        Assert.True(admin.TryRefresh());
        var cache = _bed.Statements;
        foreach (var round in new[] { 1, 2 })
        {
            Assert.NotNull(cache.GetQuery("delete from orders"u8, _bed.Gate.Context).Denial);
            Assert.Null(cache.GetQuery("delete from orders"u8, admin.Context).Denial);
            Assert.Null(cache.GetQuery("delete from orders"u8).Denial);
            Assert.Equal(3, cache.Count);
        }

        var allowed = cache.GetQuery("delete from orders"u8, admin.Context);
        Assert.Same(allowed, cache.Judge(allowed, admin.Context));
        Assert.NotNull(cache.Judge(allowed, _bed.Gate.Context).Denial);
        Assert.NotEqual(allowed.ServerName, cache.Judge(allowed, _bed.Gate.Context).ServerName);
    }

    [Fact]
    public async Task A26_ManyContexts_EachTextIsOfItsOwn()
    {
        await _bed.OpenAsync(TestContext.Current.CancellationToken);
        var view = _bed.Gate.Context!.Catalog;
        var contexts = Enumerable.Range(0, 64).Select(_ => new GateContext(_bed.Gate.Context.Grant, view, GateMode.Enforce)).ToArray();

        Assert.All(contexts, context => Assert.Same(context, _bed.Statements.GetQuery("select note from orders"u8, context).Context));
    }
}
