using System.Buffers;
using System.Text;
using System.Text.Json;
using PgOAuth.Enforcement.Policy;
using PgOAuth.Options;

namespace PgOAuth.Enforcement;

/// <summary>What would become of a text, and why. Immutable.</summary>
public sealed class PolicyExplanation
{
    private readonly byte[] _sql;

    internal PolicyExplanation(byte[] sql) => _sql = sql;

    /// <summary>Whether the gate lets the text through: the login is possible, and every statement is allowed.</summary>
    public bool IsAllowed => Reason == "allowed";

    /// <summary>Why, as a stable word: <c>allowed</c>, <c>policy</c>, <c>syntax</c>, or what else refuses a login or a statement, as in the audit.</summary>
    public required string Reason { get; init; }

    /// <summary>What the client would be told; null when it is allowed.</summary>
    public string? Message { get; init; }

    /// <summary>What would help; null when there is nothing, or nothing is wrong.</summary>
    public string? Hint { get; init; }

    /// <summary>The SQLSTATE that the client would get; null when it is allowed.</summary>
    public string? SqlState { get; init; }

    /// <summary>The character of the text that it is about, counted from 1; 0 when it is about none.</summary>
    public int Position { get; init; }

    /// <summary>The database role of the session; null when there would be none.</summary>
    public string? Role { get; init; }

    /// <summary>The server's name in the configuration; null when the session would not come to one.</summary>
    public string? Server { get; init; }

    /// <summary>The database there.</summary>
    public string? Database { get; init; }

    /// <summary>What the gate does with such a session. When it is off or observes, what is refused here passes.</summary>
    public GateMode Gate { get; init; }

    /// <summary>The version of the policy, as in the audit; 0 when it was not asked.</summary>
    public long PolicyVersion { get; init; }

    /// <summary>The statements of the text; none when it cannot be read.</summary>
    public IReadOnlyList<StatementExplanation> Statements { get; init; } = [];

    /// <summary>Why some of the token's <c>authorization_details</c> give nothing.</summary>
    public IReadOnlyList<string> Mistakes { get; init; } = [];

    /// <summary>For a terminal: the verdict, and each need below the part of the text that it comes from. Holds the text, values and all.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(IsAllowed ? "allowed" : $"refused ({Reason})");
        if (Server is not null)
        {
            text.Append($": role {Role} in database {Database} of server {Server}, gate {(Gate switch { GateMode.Off => "off", GateMode.Observe => "observes", _ => "enforces" })}");
        }

        text.Append('\n');
        if (Statements.All(static statement => statement.IsAllowed) && Message is not null)
        {
            // Else the statement that is refused says it.
            text.Append(Message).Append('\n');
            if (Hint is not null)
            {
                text.Append(Hint).Append('\n');
            }

            if (Position > 0)
            {
                var start = ByteOf(Position);
                text.Append('\n');
                SqlExcerpt.Append(text, _sql, start, start);
            }
        }

        foreach (var statement in Statements)
        {
            text.Append('\n').Append(statement);
        }

        foreach (var mistake in Statements.Count > 0 ? [] : Mistakes)
        {
            text.Append('\n').Append(mistake).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>For programs: the same, without the text's values; places are bytes of the text.</summary>
    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("verdict", IsAllowed ? "allowed" : "refused");
            writer.WriteString("reason", Reason);
            if (!IsAllowed)
            {
                // PostgreSQL's own words for a mistake repeat what is wrong, which may be a value.
                writer.WriteString("message", Reason == Denial.Of(StatementDenial.Syntax).Word ? "syntax error" : Message);
                writer.WriteString("hint", Hint);
                writer.WriteString("sqlstate", SqlState);
                writer.WriteNumber("position", Position);
            }

            writer.WriteString("role", Role);
            writer.WriteString("server", Server);
            writer.WriteString("database", Database);
            writer.WriteString("gate", Gate.ToString());
            writer.WriteNumber("policy", PolicyVersion);
            writer.WriteStartArray("statements");
            foreach (var statement in Statements)
            {
                statement.WriteTo(writer);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    // As PostgreSQL counts: characters, which begin with any byte but a continuation.
    private int ByteOf(int position)
    {
        var index = 0;
        for (var left = position; index < _sql.Length; index++)
        {
            if ((_sql[index] & 0xC0) != 0x80 && --left == 0)
            {
                break;
            }
        }

        return index;
    }
}
