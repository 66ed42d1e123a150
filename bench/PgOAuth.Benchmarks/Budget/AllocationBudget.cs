using System.Text.Json;

namespace PgOAuth.Benchmarks.Budget;

/// <summary>How many bytes each operation may allocate, by <c>Class.Method</c> of its benchmark: <c>bench/allocation-budget.json</c>.</summary>
public sealed class AllocationBudget
{
    private AllocationBudget(IReadOnlyDictionary<string, int> ofThread, IReadOnlyDictionary<string, int> ofProcess)
    {
        OfThread = ofThread;
        OfProcess = ofProcess;
    }

    /// <summary>Operations that run on one thread: measured to the byte.</summary>
    public IReadOnlyDictionary<string, int> OfThread { get; }

    /// <summary>Operations that run on several threads: measured over the whole process.</summary>
    public IReadOnlyDictionary<string, int> OfProcess { get; }

    /// <summary>Reads the copy beside this assembly.</summary>
    public static AllocationBudget Load()
    {
        using var json = JsonDocument.Parse(
            File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "allocation-budget.json")),
            new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
        return new AllocationBudget(Read(json.RootElement.GetProperty("thread")), Read(json.RootElement.GetProperty("process")));
    }

    /// <summary>The bytes allowed; null when the benchmark has no budget.</summary>
    public int? Find(string benchmark) =>
        OfThread.TryGetValue(benchmark, out var bytes) || OfProcess.TryGetValue(benchmark, out bytes) ? bytes : null;

    private static Dictionary<string, int> Read(JsonElement section) =>
        section.EnumerateObject().ToDictionary(static entry => entry.Name, static entry => entry.Value.GetInt32());
}
