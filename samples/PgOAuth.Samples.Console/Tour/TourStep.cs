namespace PgOAuth.Samples.Terminal.Tour;

/// <summary>One step: what is done, and what must come of it.</summary>
/// <param name="Title">The story.</param>
/// <param name="Shown">What is done, as a person would type it.</param>
/// <param name="Act">Does it.</param>
/// <param name="Succeeds">Whether it must succeed.</param>
/// <param name="Expected">The whole answer when it must succeed, else a part of what must be said.</param>
internal sealed record TourStep(string Title, string Shown, Func<CancellationToken, Task<SqlAnswer>> Act, bool Succeeds, string Expected)
{
    /// <summary>What became of it, in one word.</summary>
    public string Outcome { get; init; } = Succeeds ? "allowed" : "refused";

    public bool IsAsExpected(SqlAnswer answer)
    {
        return answer.Succeeded == Succeeds
            && (Succeeds ? answer.Text == Expected : answer.Text?.Contains(Expected, StringComparison.Ordinal) == true);
    }
}
