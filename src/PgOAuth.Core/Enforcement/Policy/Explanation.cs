using System.Buffers;
using System.Text;
using System.Text.Json;
using PgOAuth.Diagnostics;
using PgOAuth.Sql.Syntax;

namespace PgOAuth.Enforcement.Policy;

/// <summary>A decision in full: each thing that the statement needs, with the rule that allows it or why it is refused (stages 7 and 8).</summary>
internal sealed class Explanation
{
    private readonly byte[] _utf8;

    private Explanation(byte[] text, string kind, StatementFingerprint fingerprint, Grant grant, DecisionTrace trace, StatementDecision decision)
    {
        _utf8 = text;
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
    /// <param name="grant">What may be done.</param>
    /// <param name="facts">The statement.</param>
    /// <param name="text">The text that it stands in; null: it is copied.</param>
    internal static Explanation Of(Grant grant, in StatementFacts facts, byte[]? text = null)
    {
        var trace = new DecisionTrace();
        var decision = new StatementJudge(grant, facts, trace).Run();
        return new Explanation(
            text ?? facts.Text.ToArray(),
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
            SqlExcerpt.Append(text, _utf8, entry.Start, entry.End);
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
            WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    internal void WriteTo(Utf8JsonWriter writer)
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
            writer.WriteString("reason", refusal.Word);
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
}
