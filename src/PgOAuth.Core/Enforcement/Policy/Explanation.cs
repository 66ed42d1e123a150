using System.Buffers;
using System.Text;
using System.Text.Json;
using PgOAuth.Diagnostics;
using PgOAuth.Sql.Syntax;

namespace PgOAuth.Enforcement.Policy;

/// <summary>A decision in full: each thing that the statement needs, with the rule that allows it or why it is refused (stages 7 and 8).</summary>
internal sealed class Explanation
{
    private const int MaxLineChars = 100;

    private readonly string _text;
    private readonly byte[] _utf8;

    private Explanation(byte[] text, string kind, StatementFingerprint fingerprint, Grant grant, DecisionTrace trace, StatementDecision decision)
    {
        _utf8 = text;
        _text = Encoding.UTF8.GetString(text);
        Kind = kind;
        Fingerprint = fingerprint;
        Grant = grant;
        Entries = trace.Entries;
        Decision = decision;
    }

    /// <summary>PostgreSQL's name of the statement's kind.</summary>
    internal string Kind { get; }

    internal StatementFingerprint Fingerprint { get; }

    internal Grant Grant { get; }

    internal IReadOnlyList<DecisionTraceEntry> Entries { get; }

    internal StatementDecision Decision { get; }

    /// <summary>Decides, and keeps why. What is decided is what <see cref="StatementDecision.Of"/> decides.</summary>
    internal static Explanation Of(Grant grant, in StatementFacts facts)
    {
        var trace = new DecisionTrace();
        var decision = new StatementJudge(grant, facts, trace).Run();
        return new Explanation(
            facts.Text.ToArray(),
            SqlStatementNames.Of(facts.Statement.Kind),
            StatementFingerprint.Of(facts.Text, facts.Words),
            grant,
            trace,
            decision);
    }

    /// <summary>For a terminal: the verdict, and each need below the part of the statement that it comes from. Holds the statement, literals and all.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(Decision.IsAllowed ? "allowed: " : "refused: ").Append(Kind);
        text.Append(Grant.Scopes.Count == 0 ? ", without scopes" : ", with scopes " + string.Join(' ', Grant.Scopes)).Append('\n');
        if (Decision.Refusal is { } refusal)
        {
            text.Append(refusal.Message).Append('\n');
            if (refusal.Hint is { } hint)
            {
                text.Append(hint).Append('\n');
            }
        }

        foreach (var entry in Entries)
        {
            text.Append('\n');
            AppendSpan(text, entry);
            text.Append(entry.Refusal is null ? "  allowed: " : "  refused: ").Append(SafeText.Clean(entry.Subject, 300));
            text.Append(entry.Refusal is null ? $", by {entry.Rule}" : DescribeRefusal(entry.Refusal)).Append('\n');
        }

        foreach (var mistake in Grant.Mistakes)
        {
            text.Append('\n').Append(mistake).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>For programs: the same, without the statement's text; places are bytes of it.</summary>
    internal string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("verdict", Decision.IsAllowed ? "allowed" : "refused");
            writer.WriteString("kind", Kind);
            writer.WriteString("fingerprint", Fingerprint.HashText);
            writer.WriteString("statement", Fingerprint.Text);
            writer.WriteNumber("policy", Grant.Policy.Version);
            WriteStrings(writer, "scopes", Grant.Scopes);
            if (Decision.Refusal is { } refusal)
            {
                writer.WriteString("message", refusal.Message);
                writer.WriteString("hint", refusal.Hint);
            }

            writer.WriteStartArray("needs");
            foreach (var entry in Entries)
            {
                WriteEntry(writer, entry);
            }

            writer.WriteEndArray();
            WriteStrings(writer, "mistakes", Grant.Mistakes);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string DescribeRefusal(PolicyRefusal refusal) => refusal.Reason switch
    {
        PolicyRefusalReason.Denied => $", by {refusal.Denial}",
        PolicyRefusalReason.NotGranted when refusal.Scopes.Count > 0 => ", needs scope " + string.Join(" or ", refusal.Scopes),
        PolicyRefusalReason.NotGranted => ", no scope allows it",
        PolicyRefusalReason.NotUnderstood => ", not understood",
        _ => ", never allowed",
    };

    private static void WriteEntry(Utf8JsonWriter writer, DecisionTraceEntry entry)
    {
        writer.WriteStartObject();
        writer.WriteString("verdict", entry.Refusal is null ? "allowed" : "refused");
        writer.WriteString("needs", entry.Subject);
        writer.WriteNumber("start", entry.Start);
        writer.WriteNumber("end", entry.End);
        if (entry.Rule is { } rule)
        {
            writer.WriteString("rule", rule.Name);
            if (rule.Scope is { } scope)
            {
                writer.WriteString("scope", scope);
            }
        }

        if (entry.Refusal is { } refusal)
        {
            writer.WriteString("reason", refusal.Reason.ToString());
            WriteStrings(writer, "neededScopes", refusal.Scopes);
        }

        writer.WriteEndObject();
    }

    private static void WriteStrings(Utf8JsonWriter writer, string name, IReadOnlyList<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }

    // The line that the span begins in, with the span underlined as far as the line goes.
    private void AppendSpan(StringBuilder text, DecisionTraceEntry entry)
    {
        var start = Encoding.UTF8.GetCharCount(_utf8, 0, entry.Start);
        var end = Encoding.UTF8.GetCharCount(_utf8, 0, entry.End);
        var lineStart = start == 0 ? 0 : _text.LastIndexOfAny(['\n', '\r'], start - 1) + 1;
        var lineEnd = _text.IndexOfAny(['\n', '\r'], start);
        lineEnd = lineEnd < 0 ? _text.Length : lineEnd;
        if (lineEnd - lineStart > MaxLineChars)
        {
            lineStart = Math.Max(lineStart, Math.Min(start - (MaxLineChars / 4), lineEnd - MaxLineChars));
            lineEnd = Math.Min(lineEnd, lineStart + MaxLineChars);
        }

        text.Append("  ");
        AppendVisible(text, _text.AsSpan(lineStart, lineEnd - lineStart));
        text.Append("\n  ").Append(' ', start - lineStart).Append('^', Math.Max(1, Math.Min(end, lineEnd) - start)).Append('\n');
    }

    // A statement may hold what a terminal obeys.
    private static void AppendVisible(StringBuilder text, ReadOnlySpan<char> line)
    {
        foreach (var letter in line)
        {
            text.Append(char.IsControl(letter) || char.GetUnicodeCategory(letter) is System.Globalization.UnicodeCategory.Format ? ' ' : letter);
        }
    }
}
