using System.Reflection;
using BenchmarkDotNet.Attributes;
using PgOAuth.Benchmarks.Budget;
using Xunit;

namespace PgOAuth.Core.Tests.Benchmarks;

/// <summary>Runs the benchmarks' own operations and counts bytes instead of time: <c>bench/allocation-budget.json</c> is a promise.</summary>
/// <remarks>Alone, because what runs on several threads is counted over the whole process.</remarks>
[Collection(nameof(AloneInTheProcess))]
public sealed class AllocationBudgetTests
{
    private const int Attempts = 3;
    private const int Rounds = 5;

    private static readonly AllocationBudget Budget = AllocationBudget.Load();

    public static TheoryData<string, int> OfThread => [.. Budget.OfThread.Select(static entry => (entry.Key, entry.Value))];

    public static TheoryData<string, int> OfProcess => [.. Budget.OfProcess.Select(static entry => (entry.Key, entry.Value))];

    [Fact]
    public void Budget_NamesEveryBenchmarkAndNothingElse()
    {
        var benchmarks = typeof(AllocationBudget).Assembly.GetTypes()
            .SelectMany(static type => type.GetMethods())
            .Where(static method => method.GetCustomAttribute<BenchmarkAttribute>() is not null)
            .Select(static method => $"{method.DeclaringType!.Name}.{method.Name}")
            .Order(StringComparer.Ordinal);

        Assert.Equal(benchmarks, Budget.OfThread.Keys.Concat(Budget.OfProcess.Keys).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("RelayStepBenchmarks.")]
    [InlineData("SessionRelayBenchmarks.")]
    [InlineData("GuardBenchmarks.")]
    [InlineData("ParseBenchmarks.")]
    [InlineData("GateBenchmarks.Hit")]
    [InlineData("DecisionBenchmarks.Select")]
    [InlineData("DecisionBenchmarks.Update")]
    [InlineData("DecisionBenchmarks.Join")]
    public void Budget_OfTheDataPath_IsZero(string prefix)
    {
        var entries = Budget.OfThread.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(entries);
        Assert.All(entries, static entry => Assert.Equal(0, entry.Value));
    }

    [Theory]
    [MemberData(nameof(OfThread))]
    public void Operation_OnOneThread_StaysWithinItsBudget(string benchmark, int allowed)
    {
        var allocated = Measure(benchmark, calls: 200, GC.GetAllocatedBytesForCurrentThread);

        Assert.True(allocated <= allowed, $"{benchmark} allocates {allocated} bytes, {allowed} are allowed.");
    }

    [Theory]
    [MemberData(nameof(OfProcess))]
    public void Operation_OnSeveralThreads_StaysWithinItsBudget(string benchmark, int allowed)
    {
        // What the operation itself allocates shows every time; what the threads of one attempt happened to need does not.
        var allocated = double.MaxValue;
        for (var attempt = 0; attempt < Attempts && allocated > allowed; attempt++)
        {
            allocated = Math.Min(allocated, Measure(benchmark, calls: benchmark.StartsWith("Login", StringComparison.Ordinal) ? 20 : 500, static () => GC.GetTotalAllocatedBytes(precise: true)));
        }

        Assert.True(allocated <= allowed, $"{benchmark} allocates {allocated} bytes, {allowed} are allowed.");
    }

    // The least of several rounds: whatever else allocates in the process, and a pool that a collection emptied, only add.
    private static double Measure(string benchmark, int calls, Func<long> allocated)
    {
        var name = benchmark.Split('.');
        var type = typeof(AllocationBudget).Assembly.GetTypes().Single(type => type.Name == name[0]);
        var instance = Activator.CreateInstance(type)!;
        With<GlobalSetupAttribute>(instance)?.Invoke();
        try
        {
            var method = type.GetMethod(name[1])!;
            var operation = method.CreateDelegate<Func<int>>(instance);
            Repeat(operation, calls);
            var least = double.MaxValue;
            for (var round = 0; round < Rounds; round++)
            {
                var before = allocated();
                Repeat(operation, calls);
                least = Math.Min(least, allocated() - before);
            }

            return least / calls / method.GetCustomAttribute<BenchmarkAttribute>()!.OperationsPerInvoke;
        }
        finally
        {
            With<GlobalCleanupAttribute>(instance)?.Invoke();
        }
    }

    private static void Repeat(Func<int> operation, int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            operation();
        }
    }

    private static Action? With<TAttribute>(object instance)
        where TAttribute : Attribute =>
        instance.GetType().GetMethods().SingleOrDefault(static method => method.GetCustomAttribute<TAttribute>() is not null)?.CreateDelegate<Action>(instance);

    /// <summary>Runs when no other test does.</summary>
    [CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
    public sealed class AloneInTheProcess;
}
