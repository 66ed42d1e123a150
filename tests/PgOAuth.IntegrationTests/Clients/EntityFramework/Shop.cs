using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace PgOAuth.IntegrationTests.Clients.EntityFramework;

/// <summary>A small model with what applications use: keys, relations, JSON, arrays, optimistic concurrency by xmin.</summary>
public sealed class Shop(DbContextOptions<Shop> options) : DbContext(options)
{
    public DbSet<Product> Products => Set<Product>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema("shop");
        modelBuilder.Entity<Product>(static product =>
        {
            product.ToTable("products");
            product.Property(static each => each.Version).IsRowVersion();
            product.OwnsMany(static each => each.Prices, static price => price.ToTable("prices"));
        });
    }

    protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder) =>
        optionsBuilder.ConfigureWarnings(static warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning));
}

/// <summary>Something that is sold.</summary>
public sealed class Product
{
    public int Id { get; set; }

    public required string Name { get; set; }

    public string[] Tags { get; set; } = [];

    public ICollection<Price> Prices { get; } = [];

    public uint Version { get; set; }
}

/// <summary>What it costs in one currency.</summary>
public sealed class Price
{
    public required string Currency { get; set; }

    public decimal Amount { get; set; }
}

/// <summary>Creates the tables, as <c>dotnet ef migrations add</c> would.</summary>
[DbContext(typeof(Shop))]
[Migration("20260101000000_Initial")]
public sealed class Initial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        migrationBuilder.EnsureSchema("shop");
        migrationBuilder.CreateTable(
            "products",
            static table => new
            {
                Id = table.Column<int>(nullable: false).Annotation("Npgsql:ValueGenerationStrategy", Npgsql.EntityFrameworkCore.PostgreSQL.Metadata.NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                Name = table.Column<string>(nullable: false),
                Tags = table.Column<string[]>(nullable: false),
            },
            "shop",
            static table => table.PrimaryKey("PK_products", static each => each.Id));
        migrationBuilder.CreateTable(
            "prices",
            static table => new
            {
                ProductId = table.Column<int>(nullable: false),
                Id = table.Column<int>(nullable: false).Annotation("Npgsql:ValueGenerationStrategy", Npgsql.EntityFrameworkCore.PostgreSQL.Metadata.NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                Currency = table.Column<string>(nullable: false),
                Amount = table.Column<decimal>(nullable: false),
            },
            "shop",
            static table =>
            {
                table.PrimaryKey("PK_prices", static each => new { each.ProductId, each.Id });
                table.ForeignKey("FK_prices_products", static each => each.ProductId, "products", "Id", principalSchema: "shop", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateIndex("IX_products_Name", "products", "Name", "shop", unique: true);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        migrationBuilder.DropTable("prices", "shop");
        migrationBuilder.DropTable("products", "shop");
    }
}
