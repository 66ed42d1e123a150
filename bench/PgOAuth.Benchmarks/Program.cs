using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using PgOAuth.Benchmarks.Budget;
using PgOAuth.Benchmarks.Sql;
using PgOAuth.Benchmarks.Transport;

if (args is [ParseRounds.Command, var statements])
{
    ParseRounds.Run(statements);
    return 0;
}

if (args is [TlsRounds.Command])
{
    await TlsRounds.RunAsync();
    return 0;
}

var config = DefaultConfig.Instance
    .AddColumn(StatisticColumn.Median)
    .HideColumns(Column.Error, Column.StdDev, Column.Gen0, Column.Gen1, Column.Gen2);
var summaries = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config).ToList();
var excesses = BudgetCheck.Excesses(summaries, AllocationBudget.Load()).ToList();
foreach (var excess in excesses)
{
    Console.Error.WriteLine(excess);
}

return excesses.Count == 0 && summaries.All(static summary => summary.Reports.All(static report => report.Success)) ? 0 : 1;
