using PgOAuth.Options;
using Xunit;

namespace PgOAuth.Pooling;

public sealed class PoolBudgetTests
{
    private static readonly SessionPrincipal Anna = new("acme", "https://issuer", "anna", []);
    private static readonly SessionPrincipal Berta = new("acme", "https://issuer", "berta", []);

    [Fact]
    public void B18_Caps_HoldAndComeBackToZero()
    {
        var budget = new PoolBudget(new PoolOptions { MaxPerTenant = 2, MaxPerPrincipal = 1 });

        Assert.True(budget.TryUse(Anna));
        Assert.False(budget.TryUse(Anna));
        Assert.True(budget.TryUse(Berta));
        Assert.False(budget.MayUse(new SessionPrincipal("acme", "https://issuer", "clara", [])));
        Assert.True(budget.TryUse(new SessionPrincipal("other", "https://issuer", "clara", [])));

        Assert.True(budget.Return(Anna));
        Assert.True(budget.MayUse(Anna));
        Assert.True(budget.Return(Berta));
        budget.Return(new SessionPrincipal("other", "https://issuer", "clara", []));
        Assert.Equal(0, budget.Count);
    }

    [Fact]
    public void Budget_WithoutCaps_CountsNothing()
    {
        var budget = new PoolBudget(new PoolOptions());

        Assert.True(budget.TryUse(Anna) && budget.MayUse(Anna));
        Assert.Equal(0, budget.Count);
        Assert.False(budget.Return(Anna));
    }
}
