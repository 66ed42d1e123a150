namespace PgOAuth.Benchmarks;

/// <summary>What a benchmark's set-up insists on before anything is measured.</summary>
internal static class Expect
{
    internal static void That(bool condition, string what)
    {
        if (!condition)
        {
            throw new InvalidOperationException("The benchmark does not do what it says: " + what);
        }
    }
}
