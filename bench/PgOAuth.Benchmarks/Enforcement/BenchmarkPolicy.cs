using PgOAuth.Enforcement.Policy;
using PgOAuth.Options;

namespace PgOAuth.Benchmarks.Enforcement;

/// <summary>A policy with a few scopes, of which a token has two.</summary>
internal static class BenchmarkPolicy
{
    internal static string[] Scopes => ["accounts:write", "orders:read"];

    internal static CompiledPolicy Compile() => PolicyCompiler.Compile(
        new StatementPolicyOptions()
            .AddScope("accounts:read", static scope => scope.Select("public.pgbench_*"))
            .AddScope("accounts:write", static scope => scope.ReadWrite("public.pgbench_*").Deny(["delete"], "public.pgbench_history"))
            .AddScope("orders:read", static scope => scope
                .Select("sales.orders", "sales.order_items")
                .Select("sales.customers").Columns("id", "name", "country"))
            .AddScope("orders:write", static scope => scope.ReadWrite("sales.orders", "sales.order_items").Functions("sales.*"))
            .AddScope("admin", static scope => scope.Everything())
            .ForEverybody(static everybody => everybody.Deny([], "sales.secret_*")),
        ShippedBaseline.Instance);
}
