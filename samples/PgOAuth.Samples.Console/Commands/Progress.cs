namespace PgOAuth.Samples.Terminal.Commands;

/// <summary>Says on the error output what takes time; the standard output is for results.</summary>
internal static class Progress
{
    public static void Report(string what)
    {
        Console.Error.WriteLine($"… {what}");
    }
}
