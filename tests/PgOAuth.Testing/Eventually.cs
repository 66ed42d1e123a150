namespace PgOAuth.Testing;

/// <summary>Waits for what happens on another thread.</summary>
public static class Eventually
{
    /// <summary>Waits until the condition holds; after 30 seconds it fails with the explanation.</summary>
    public static async Task TrueAsync(Func<bool> condition, Func<string>? explain = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var begun = Environment.TickCount64;
        while (!condition())
        {
            if (Environment.TickCount64 - begun > 30_000)
            {
                throw new TimeoutException(explain?.Invoke() ?? "It did not happen within 30 seconds.");
            }

            await Task.Delay(5);
        }
    }
}
