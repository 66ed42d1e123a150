using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PgOAuth.IntegrationTests.Clients.EntityFramework;
using PgOAuth.IntegrationTests.Fixtures;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients;

/// <summary>Npgsql's provider for Entity Framework Core: migrate, save, query, detect a lost update.</summary>
public class EntityFrameworkTests(ClassProxies proxies) : IClassFixture<ClassProxies>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task Model_MigratesSavesAndQueries(int major)
    {
        var proxy = await proxies.GetAsync(major);
        var options = new DbContextOptionsBuilder<Shop>()
            .UseNpgsql(proxy.ForNpgsql(token: proxy.EngineerToken()).ConnectionString)
            .Options;
        await using (var shop = new Shop(options))
        {
            await shop.Database.MigrateAsync(Cancellation);
            Assert.Equal(["20260101000000_Initial"], await shop.Database.GetAppliedMigrationsAsync(Cancellation));

            for (var n = 1; n <= 60; n++)
            {
                var product = new Product { Name = $"product {n:00}", Tags = ["new", n % 2 == 0 ? "even" : "odd"] };
                product.Prices.Add(new Price { Currency = "EUR", Amount = n * 1.10m });
                product.Prices.Add(new Price { Currency = "SEK", Amount = n * 11m });
                shop.Products.Add(product);
            }

            Assert.Equal(180, await shop.SaveChangesAsync(Cancellation));
        }

        await using (var shop = new Shop(options))
        {
            var found = await shop.Products
                .Where(static product => product.Tags.Contains("even") && product.Prices.Any(static price => price.Currency == "SEK" && price.Amount > 600))
                .OrderByDescending(static product => product.Name)
                .Select(static product => product.Name)
                .ToListAsync(Cancellation);
            Assert.Equal(["product 60", "product 58", "product 56"], found);
            Assert.Equal(30, await shop.Products.Where(static product => product.Tags.Contains("odd")).ExecuteUpdateAsync(
                static set => set.SetProperty(static product => product.Name, static product => product.Name + " (odd)"), Cancellation));
        }

        await using var one = new Shop(options);
        await using var other = new Shop(options);
        (await one.Products.SingleAsync(static product => product.Name == "product 02", Cancellation)).Name = "first wins";
        (await other.Products.SingleAsync(static product => product.Name == "product 02", Cancellation)).Name = "second loses";
        await one.SaveChangesAsync(Cancellation);
        await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => other.SaveChangesAsync(Cancellation));

        await one.GetService<IMigrator>().MigrateAsync("0", cancellationToken: Cancellation);
        Assert.Empty(await one.Database.GetAppliedMigrationsAsync(Cancellation));
    }
}
