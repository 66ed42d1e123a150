using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using PgOAuth.Sql.Dump;

// {"id": .., "sql": ".."} per line in; one answer per line out, in the format of the SQL corpus's oracle.
using var input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
await using var output = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
var answers = new OracleFormat();
var options = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
var line = new StringBuilder();
int c;
while ((c = input.Read()) >= 0)
{
    // Only a line feed ends a line: ReadLine would also stop at a carriage return.
    if (c != '\n')
    {
        line.Append((char)c);
        continue;
    }

    await AnswerAsync();
}

await AnswerAsync();

async Task AnswerAsync()
{
    if (string.IsNullOrWhiteSpace(line.ToString()))
    {
        line.Clear();
        return;
    }

    using var query = JsonDocument.Parse(line.ToString());
    line.Clear();
    await using (var writer = new Utf8JsonWriter(output, options))
    {
        writer.WriteStartObject();
        writer.WritePropertyName("id");
        query.RootElement.GetProperty("id").WriteTo(writer);
        answers.Write(writer, query.RootElement.GetProperty("sql").GetString() ?? string.Empty);
        writer.WriteEndObject();
    }

    output.WriteByte((byte)'\n');
}
