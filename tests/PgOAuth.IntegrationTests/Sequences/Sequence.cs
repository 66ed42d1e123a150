using System.Globalization;
using System.Text;
using PgOAuth.Testing;
using static PgOAuth.Testing.Upstream.BackendMessages;

namespace PgOAuth.IntegrationTests.Sequences;

/// <summary>
/// A conversation, one message per line, fields separated by <c>|</c>:
/// <c>Q sql</c>, <c>P name|sql|types</c>, <c>B portal|name|values</c>, <c>D S|name</c>, <c>E portal|rows</c>, <c>C P|name</c>,
/// <c>F function|values</c>, <c>S</c>, <c>H</c>, <c>d line</c>, <c>c</c>, <c>f text</c>. <c>? types</c> waits until one message of each of these types has come, in this order.
/// What stands between two waits is sent at once.
/// </summary>
internal sealed record Sequence(string Name, string Script)
{
    /// <summary>What is sent, and the types to wait for.</summary>
    public IEnumerable<(byte[] Bytes, string Until)> Steps()
    {
        var bytes = new List<byte>();
        foreach (var line in Script.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line[0] == '?')
            {
                yield return ([.. bytes], line[1..].Trim());
                bytes.Clear();
            }
            else
            {
                bytes.AddRange(MessageOf(line[0], line.Length > 2 ? line[2..] : ""));
            }
        }

        if (bytes.Count > 0)
        {
            throw new InvalidOperationException($"{Name} does not wait for its end.");
        }
    }

    public override string ToString() => Name;

    private static byte[] MessageOf(char type, string rest)
    {
        var fields = rest.Split('|');
        return type switch
        {
            'Q' => FrontendMessages.Query(rest),
            'P' => FrontendMessages.Parse(fields[1], fields[0], [.. fields[2..].Select(static oid => int.Parse(oid, CultureInfo.InvariantCulture))]),
            'B' => Bind(fields),
            'D' or 'C' => Message(type, [(byte)fields[0][0], .. CString(fields[1])]),
            'E' => FrontendMessages.Execute(fields[0], fields.Length > 1 ? int.Parse(fields[1], CultureInfo.InvariantCulture) : 0),
            'd' => FrontendMessages.CopyData(Encoding.UTF8.GetBytes(rest + "\n")),
            'F' => FunctionCall(fields),
            'f' => Message('f', CString(rest)),
            'S' or 'H' or 'c' => Message(type),
            _ => throw new InvalidOperationException($"There is no message '{type}'."),
        };
    }

    private static byte[] Bind(string[] fields) =>
        Message('B', [.. CString(fields[0]), .. CString(fields[1]), .. Int16(0), .. Values(fields[2..]), .. Int16(0)]);

    private static byte[] FunctionCall(string[] fields) =>
        Message('F', [.. Int32(int.Parse(fields[0], CultureInfo.InvariantCulture)), .. Int16(0), .. Values(fields[1..]), .. Int16(0)]);

    private static byte[] Values(string[] values) =>
        [.. Int16(values.Length), .. values.SelectMany(static value => (byte[])[.. Int32(value.Length), .. Encoding.UTF8.GetBytes(value)])];
}
