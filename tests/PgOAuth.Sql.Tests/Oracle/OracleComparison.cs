using System.Buffers;
using System.Text.Json;
using PgOAuth.Sql.Dump;

namespace PgOAuth.Sql.Oracle;

/// <summary>What PgOAuth.Sql makes of a text beside what PostgreSQL's own parser does, field by field.</summary>
internal sealed class OracleComparison
{
    private readonly OracleFormat _format = new();
    private readonly ArrayBufferWriter<byte> _answer = new();

    /// <summary>Texts that PostgreSQL accepts, and those of them that compared equal, by the kind of the first statement.</summary>
    public SortedDictionary<string, (int Accepted, int Equal)> Kinds { get; } = new(StringComparer.Ordinal);

    public int Rejected { get; private set; }

    public int FalseAccepts { get; private set; }

    public int FalseRejects { get; private set; }

    public int Different { get; private set; }

    public int Compared { get; private set; }

    public bool AllEqual => FalseAccepts + FalseRejects + Different == 0;

    public string Summary =>
        $"{Compared} texts, {Rejected} of them to reject: {FalseAccepts} false accepts, {FalseRejects} false rejects, {Different} with other fields"
        + string.Concat(Kinds.Where(static kind => kind.Value.Equal != kind.Value.Accepted).Select(static kind => $"; {kind.Key} {kind.Value.Equal} of {kind.Value.Accepted}"));

    /// <summary>Compares one text. Null: equal.</summary>
    public string? Compare(string sql, JsonElement expected)
    {
        _answer.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(_answer))
        {
            writer.WriteStartObject();
            _format.Write(writer, sql);
            writer.WriteEndObject();
        }

        using var document = JsonDocument.Parse(_answer.WrittenMemory);
        var actual = document.RootElement;
        Compared++;
        if (!expected.GetProperty("ok").GetBoolean())
        {
            Rejected++;
            if (!actual.GetProperty("ok").GetBoolean())
            {
                return null;
            }

            FalseAccepts++;
            return $"accepted, though PostgreSQL says {expected.GetProperty("error")}: {sql}";
        }

        var statements = expected.GetProperty("stmts");
        var kind = statements.GetArrayLength() == 0 ? "(none)" : statements[0].GetProperty("kind").GetString()!;
        var (accepted, equal) = Kinds.GetValueOrDefault(kind);
        string? difference;
        if (!actual.GetProperty("ok").GetBoolean())
        {
            FalseRejects++;
            difference = $"rejected with {actual.GetProperty("error")} at {actual.GetProperty("pos")}: {sql}";
        }
        else
        {
            difference = Difference(statements, actual.GetProperty("stmts"));
            Different += difference is null ? 0 : 1;
            difference = difference is null ? null : $"{difference}: {sql}";
        }

        Kinds[kind] = (accepted + 1, equal + (difference is null ? 1 : 0));
        return difference;
    }

    private static string? Difference(JsonElement expected, JsonElement actual)
    {
        if (expected.GetArrayLength() != actual.GetArrayLength())
        {
            return $"{actual.GetArrayLength()} statements instead of {expected.GetArrayLength()}";
        }

        for (var i = 0; i < expected.GetArrayLength(); i++)
        {
            // Both ways: a field that one of the two does not have is a difference as well.
            foreach (var field in expected[i].EnumerateObject())
            {
                if (!actual[i].TryGetProperty(field.Name, out var value) || !Same(field.Value, value))
                {
                    return $"statement {i}: {field.Name} is {value}, not {field.Value}";
                }
            }

            foreach (var field in actual[i].EnumerateObject())
            {
                if (!expected[i].TryGetProperty(field.Name, out _))
                {
                    return $"statement {i}: {field.Name} is {field.Value}, which PostgreSQL does not say";
                }
            }
        }

        return null;
    }

    // Lists are sets.
    private static bool Same(JsonElement expected, JsonElement actual)
    {
        if (JsonElement.DeepEquals(expected, actual))
        {
            return true;
        }

        return expected.ValueKind == JsonValueKind.Array && actual.ValueKind == JsonValueKind.Array
            && expected.GetArrayLength() == actual.GetArrayLength()
            && expected.EnumerateArray().All(item => actual.EnumerateArray().Any(other => JsonElement.DeepEquals(item, other)));
    }
}
