using System.Text;

namespace PgOAuth.IntegrationTests.Relay;

/// <summary>An ErrorResponse.</summary>
internal sealed class RawError : Exception
{
    private RawError(string severity, string sqlState, string text, string? hint, string? position)
        : base($"{severity} {sqlState}: {text}")
    {
        Text = text;
        Hint = hint;
        Position = position;
        SqlState = sqlState;
        IsFatal = severity is "FATAL" or "PANIC";
    }

    public string SqlState { get; }

    public string Text { get; }

    public string? Hint { get; }

    public string? Position { get; }

    public bool IsFatal { get; }

    public static RawError Parse(byte[] body)
    {
        var fields = Encoding.UTF8.GetString(body).Split('\0', StringSplitOptions.RemoveEmptyEntries).ToLookup(static field => field[0], static field => field[1..]);
        return new RawError(fields['V'].First(), fields['C'].First(), fields['M'].First(), fields['H'].FirstOrDefault(), fields['P'].FirstOrDefault());
    }
}
