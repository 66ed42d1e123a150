using System.Text;
using System.Text.Json;
using PgOAuth.Diagnostics;
using PgOAuth.Enforcement.Policy;
using PgOAuth.Protocol;
using PgOAuth.Sql;

namespace PgOAuth.Enforcement;

/// <summary>What the client is told of a statement that is refused (stage 7). Immutable.</summary>
/// <param name="Reason">Which check refused it, for metrics.</param>
/// <param name="SqlState">The SQLSTATE of the error.</param>
/// <param name="Message">The primary message.</param>
/// <param name="Hint">What to do instead; null for none.</param>
/// <param name="Position">The character of the statement that it is about, counted from 1; 0 for none.</param>
internal sealed record Denial(StatementDenial Reason, string SqlState, string Message, string? Hint, int Position = 0)
{
    private const string SyntaxError = "syntax error";
    private const int MaxWord = 100;

    private static readonly string[] Words = [.. Enum.GetNames<StatementDenial>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    private static readonly Denial[] Known = [.. Enum.GetValues<StatementDenial>().Select(OfText)];

    /// <summary>The reason as a stable word, for the audit.</summary>
    internal string Word => WordOf(Reason);

    internal static string WordOf(StatementDenial reason) => (uint)reason < (uint)Words.Length ? Words[(int)reason] : Words[0];

    /// <summary>The denial whose text is the same for every statement.</summary>
    internal static Denial Of(StatementDenial reason) => (uint)reason < (uint)Known.Length ? Known[(int)reason] : Known[0];

    /// <summary>What the policy refuses.</summary>
    /// <param name="refusal">Why.</param>
    /// <param name="text">The statement's text.</param>
    internal static Denial Of(PolicyRefusal refusal, ReadOnlySpan<byte> text) => new(
        StatementDenial.Policy,
        SqlStates.InsufficientPrivilege,
        refusal.Message,
        refusal.Hint ?? "Ask the administrator what this session may do.",
        refusal.End > 0 ? PositionOf(text, refusal.Start) : 0);

    /// <summary>A name that the catalog does not have.</summary>
    /// <param name="what">What kind of name it is.</param>
    /// <param name="text">The statement's text.</param>
    /// <param name="start">Where the name begins.</param>
    /// <param name="end">The byte after it.</param>
    internal static Denial OfUnknown(string what, ReadOnlySpan<byte> text, int start, int end) => new(
        StatementDenial.Policy,
        SqlStates.InsufficientPrivilege,
        $"{what} \"{SafeText.Clean(Encoding.UTF8.GetString(text[start..Math.Max(start, end)]), MaxWord)}\"",
        "Statements are checked before they run, and what is not known is not allowed.",
        PositionOf(text, start));

    /// <summary>What PostgreSQL refuses as well, in its words.</summary>
    /// <param name="parser">It has just refused the text.</param>
    /// <param name="text">The text.</param>
    internal static Denial OfSyntax(SqlParser parser, ReadOnlySpan<byte> text)
    {
        var at = Math.Min(parser.ErrorPosition, text.Length);
        var message = parser.Error is not (null or SyntaxError) ? parser.Error
            : at == text.Length ? "syntax error at end of input"
            : $"syntax error at or near \"{SafeText.Clean(Encoding.UTF8.GetString(WordAt(parser, text, at)), MaxWord)}\"";
        return new(StatementDenial.Syntax, SqlStates.SyntaxError, message, null, PositionOf(text, at));
    }

    private static ReadOnlySpan<byte> WordAt(SqlParser parser, ReadOnlySpan<byte> text, int at)
    {
        foreach (ref readonly var token in parser.Tokens.AsSpan(0, parser.TokenCount))
        {
            if (token.Start == at && token.End > at && token.End <= text.Length)
            {
                return text[at..token.End];
            }
        }

        return text[at..(at + 1)];
    }

    private static Denial OfText(StatementDenial reason)
    {
        var text = StatementDenialText.Of(reason);
        return new Denial(reason, text.SqlState, text.Message, text.Hint);
    }

    // PostgreSQL counts characters, which begin with any byte but a continuation.
    private static int PositionOf(ReadOnlySpan<byte> text, int at)
    {
        var position = 1;
        foreach (var part in text[..Math.Min(at, text.Length)])
        {
            position += (part & 0xC0) == 0x80 ? 0 : 1;
        }

        return position;
    }
}
