using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using PgOAuth.Sql.Analysis;
using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;

namespace PgOAuth.Sql.Dump;

/// <summary>Answers in the format of the SQL corpus's oracle; its README defines the fields.</summary>
internal sealed class OracleFormat
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] LockNames = ["FORKEYSHARE", "FORSHARE", "FORNOKEYUPDATE", "FORUPDATE"];

    private readonly SqlParser _parser = new();
    private readonly SqlAnalysis _analysis = new();
    private byte[] _text = [];

    /// <summary>Writes the answer's properties into the writer's object.</summary>
    public void Write(Utf8JsonWriter writer, string sql)
    {
        _text = Encoding.UTF8.GetBytes(sql);
        if (!_parser.Parse(_text))
        {
            writer.WriteBoolean("ok", false);
            writer.WriteString("error", _parser.Error);
            writer.WriteNumber("pos", Encoding.UTF8.GetCharCount(_text, 0, Math.Min(_parser.ErrorPosition, _text.Length)));
        }
        else
        {
            writer.WriteBoolean("ok", true);
        }

        writer.WriteStartArray("stmts");
        foreach (var statement in _parser.Statements)
        {
            _parser.Analyze(_text, statement, _analysis);
            WriteStatement(writer, statement);
        }

        writer.WriteEndArray();
    }

    private void WriteStatement(Utf8JsonWriter writer, SqlStatement statement)
    {
        var nodes = _parser.Nodes;
        writer.WriteStartObject();
        writer.WriteString("kind", SqlStatementNames.Of(statement.Kind));
        writer.WriteNumber("location", statement.Location);
        writer.WriteNumber("len", statement.Length);

        var reads = new SortedSet<string>(StringComparer.Ordinal);
        var writes = new SortedSet<string>(StringComparer.Ordinal);
        var aliases = new SortedSet<string>(StringComparer.Ordinal);
        Relations(_analysis.Reads, reads, aliases);
        Relations(_analysis.Writes, writes, aliases);
        WriteSet(writer, "reads", reads);
        WriteSet(writer, "writes", writes);

        var functions = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var index in _analysis.Functions.Items)
        {
            functions.Add(Json(FunctionName(nodes[index])));
        }

        WriteSet(writer, "functions", functions);
        var columns = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var index in _analysis.Columns.Items)
        {
            columns.Add(Json(ColumnPath(nodes[index])));
        }

        WriteSet(writer, "columns", columns);
        WriteSet(writer, "ctes", Words(_analysis.Ctes));

        var nested = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var kind in Enum.GetValues<SqlNodeKind>())
        {
            if (SqlStatementNames.IsStatement(kind) && _analysis.HasNested(kind))
            {
                nested.Add(Json(SqlStatementNames.Of(kind)));
            }
        }

        WriteSet(writer, "nested", nested);
        WriteSet(writer, "aliases", aliases);

        var set = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var index in _analysis.SetColumns.Items)
        {
            var relation = Relation(nodes[nodes[index].Payload]);
            set.Add(Json<string?[]>([relation[0], relation[1], Word(nodes[index].Token)]));
        }

        WriteSet(writer, "set_columns", set);
        WriteSet(writer, "using_columns", Words(_analysis.UsingColumns));
        writer.WriteBoolean("natural", _analysis.Natural);

        var locks = new SortedSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < LockNames.Length; i++)
        {
            if ((_analysis.Locks & (1 << i)) != 0)
            {
                locks.Add(Json(LockNames[i]));
            }
        }

        WriteSet(writer, "locks", locks);
        var numbers = new SortedSet<int>();
        foreach (var index in _analysis.Params.Items)
        {
            numbers.Add(nodes[index].Payload);
        }

        writer.WriteStartArray("params");
        foreach (var number in numbers)
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void Relations(SqlIndexList list, SortedSet<string> relations, SortedSet<string> aliases)
    {
        foreach (var index in list.Items)
        {
            var node = _parser.Nodes[index];
            var relation = Relation(node);
            relations.Add(Json(relation));
            if (node.Kind == SqlNodeKind.RangeVar && node.Payload >= 0)
            {
                aliases.Add(Json<string?[]>([Word(node.Payload), .. relation]));
            }
        }
    }

    private string?[] Relation(in SqlNode node) => Qualified(Path(node.Token, node.EndToken));

    // [schema, name], with what stands before the schema behind them.
    private static string?[] Qualified(List<string> words)
    {
        var count = words.Count;
        var schema = count > 1 ? words[count - 2] : null;
        return count > 2 ? [schema, words[count - 1], string.Join('.', words[..(count - 2)])] : [schema, words[count - 1]];
    }

    private string?[] FunctionName(in SqlNode node)
    {
        if ((node.Flags & SqlNodeFlags.TypeNamed) != 0)
        {
            return ["pg_catalog", SqlTypeNames.LastWord(_text, _parser.Tokens, _parser.Nodes[node.Payload])];
        }

        return (node.Flags & SqlNodeFlags.SpecialSyntax) != 0
            ? ["pg_catalog", SqlSpecialFunctionNames.Of((SqlSpecialFunction)node.Payload)]
            : Qualified(Path(node.Token, node.Payload));
    }

    private string?[] ColumnPath(in SqlNode node)
    {
        if ((node.Flags & SqlNodeFlags.LoneStar) != 0)
        {
            return ["*"];
        }

        var path = new List<string?>();
        for (var p = node.Token; p < node.EndToken; p += 2)
        {
            if (_parser.Tokens[p].Kind == SqlTokenKind.Star)
            {
                path.Add("*");
            }
            else
            {
                var word = Word(p);
                path.Add(word == "*" ? "\"*\"" : word);
            }
        }

        return [.. path];
    }

    private List<string> Path(int token, int end)
    {
        var words = new List<string>();
        for (var p = token; p < end; p += 2)
        {
            words.Add(Word(p));
        }

        return words;
    }

    private string Word(int token) => SqlText.Identifier(_text, _parser.Tokens[token]);

    private SortedSet<string> Words(SqlIndexList list)
    {
        var words = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var index in list.Items)
        {
            words.Add(Json(Word(_parser.Nodes[index].Token)));
        }

        return words;
    }

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, Relaxed);

    private static void WriteSet(Utf8JsonWriter writer, string name, SortedSet<string> items)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            writer.WriteRawValue(item);
        }

        writer.WriteEndArray();
    }
}
