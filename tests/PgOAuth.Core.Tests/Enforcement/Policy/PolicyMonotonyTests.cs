using PgOAuth.Options;
using Xunit;

namespace PgOAuth.Enforcement.Policy;

public sealed class PolicyMonotonyTests
{
    private static readonly string[] Statements =
    [
        "select 1", "select id from orders", "select secret, total from orders", "select * from orders", "select count(*) from orders",
        "select * from orders_2024", "select * from order_items i join orders o on o.id = i.order_id", "select name from hr.people",
        "insert into orders (id) values (1)", "insert into orders values (1, 2, 3, 4)", "update orders set total = 1 where id = 2", "delete from orders",
        "merge into orders o using order_items i on o.id = i.order_id when matched then delete when not matched then insert (id) values (1)",
        "select id from orders for update", "truncate orders", "lock table orders", "copy orders to stdout", "copy (select id from orders) to stdout",
        "copy orders from stdin", "call app.settle(1)", "select app.price(1)", "select lower('a')", "select pg_sleep('1')", "select nextval('orders_id_seq')",
        "select nextval($1)", "create table sales.x (id int)", "create schema x", "drop table hr.people", "drop table sales.gone", "vacuum",
        "grant select on orders to public", "do 'x'", "listen x", "set work_mem = 1", "set application_name = 'x'", "show all", "begin",
        "select relname from pg_class", "select * from pg_stats", "select dblink('x')", "select set_config('work_mem', '1', true)",
    ];

    private static readonly string[] Relations = ["sales.orders", "sales.orders_2024", "sales.order*", "sales.*", "hr.people", "*.*", "pg_catalog.*"];
    private static readonly string[] Functions = ["app.price", "app.*", "*.*", "pg_catalog.pg_sleep", "pg_catalog.lower", "public.dblink", "app.settle"];
    private static readonly string[] Columns = ["id", "total", "secret", "name"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ADenial_NeverAllowsMore_AndAnAllowance_NeverLess(int seed)
    {
        var random = new Random(seed);
        var changes = 0;
        for (var round = 0; round < 60; round++)
        {
            var rules = Enumerable.Range(0, random.Next(4)).Select(_ => (Rule: NewRule(random, isDenial: false), IsDenial: false))
                .Concat(Enumerable.Range(0, random.Next(3)).Select(_ => (Rule: NewRule(random, isDenial: true), IsDenial: true)))
                .ToList();
            var addsDenial = random.Next(2) == 0;
            var before = Decide(rules);
            rules.Insert(random.Next(rules.Count + 1), (NewRule(random, addsDenial), addsDenial));
            var after = Decide(rules);
            for (var i = 0; i < Statements.Length; i++)
            {
                Assert.True(
                    before[i] == after[i] || after[i] != addsDenial,
                    $"seed {seed}, round {round}, {(addsDenial ? "denial" : "allowance")}: {Statements[i]}");
                changes += before[i] == after[i] ? 0 : 1;
            }
        }

        // Rules that change nothing would prove nothing.
        Assert.InRange(changes, 50, int.MaxValue);
    }

    private static bool[] Decide(List<(StatementRule Rule, bool IsDenial)> rules)
    {
        var bench = PolicyBench.Of(static _ => { });
        var options = new StatementPolicyOptions();
        options.Scopes["s"] = new ScopeRules();
        foreach (var (rule, isDenial) in rules)
        {
            (isDenial ? options.Scopes["s"].Deny : options.Scopes["s"].Allow).Add(rule);
        }

        var grant = PolicyCompiler.Compile(options, bench.Catalog).Grants.Get(["s"]);
        return [.. Statements.Select(sql => bench.Decide(grant, sql) is null)];
    }

    private static StatementRule NewRule(Random random, bool isDenial)
    {
        while (true)
        {
            var rule = new StatementRule();
            switch (random.Next(isDenial ? 8 : 6))
            {
                case 0:
                    AddSome(rule.Functions, Functions, random);
                    break;
                case 1:
                    AddSome(rule.Settings, ["work_mem", "*", "application_name"], random);
                    break;
                case 2:
                    rule.Statements.Add("call");
                    AddSome(rule.Functions, Functions, random);
                    break;
                default:
                    AddSome(rule.Statements, [.. StatementPermissionNames.All, "*", "select"], random);
                    AddSome(rule.Relations, Relations, random);
                    if (random.Next(3) == 0)
                    {
                        AddSome(random.Next(2) == 0 ? rule.Columns : rule.ExceptColumns, Columns, random);
                    }

                    break;
            }

            var options = new StatementPolicyOptions();
            (isDenial ? options.Deny : options.Defaults.Allow).Add(rule);
            if (PolicyValidator.Validate(options).Count == 0)
            {
                return rule;
            }
        }
    }

    private static void AddSome(IList<string> list, string[] from, Random random)
    {
        foreach (var item in random.GetItems(from, random.Next(1, 4)))
        {
            list.Add(item);
        }
    }
}
