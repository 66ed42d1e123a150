using BenchmarkDotNet.Reports;

namespace PgOAuth.Benchmarks.Budget;

/// <summary>Compares what BenchmarkDotNet measured with the budget.</summary>
internal static class BudgetCheck
{
    internal static IEnumerable<string> Excesses(IEnumerable<Summary> summaries, AllocationBudget budget)
    {
        foreach (var report in summaries.SelectMany(static summary => summary.Reports))
        {
            var descriptor = report.BenchmarkCase.Descriptor;
            var name = $"{descriptor.Type.Name}.{descriptor.WorkloadMethod.Name}";
            var allocated = report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase);
            if (budget.Find(name) is not { } allowed)
            {
                yield return $"{name}: has no allocation budget";
            }
            else if (allocated > allowed)
            {
                yield return $"{name}: allocates {allocated} bytes, {allowed} are allowed";
            }
        }
    }
}
