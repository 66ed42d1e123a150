namespace PgOAuth.Samples.Terminal.Tour;

/// <summary>What a client got; the default value is a refusal.</summary>
/// <param name="Succeeded">Whether the statement was executed.</param>
/// <param name="Text">Rows, columns separated by <c>|</c>; or what the server said.</param>
internal readonly record struct SqlAnswer(bool Succeeded, string Text);
