using System.Text.Json;
using PgOAuth.Options;

namespace PgOAuth.Enforcement.Policy;

/// <summary>Reads a policy from a JSON file (stage 7). Names of properties in any case; comments and trailing commas are allowed.</summary>
/// <remarks>A property that is not known is a mistake: a misspelt <c>deny</c> would deny nothing.</remarks>
internal static class PolicyFileReader
{
    private const int MaxDepth = 16;

    /// <summary>Reads a policy and checks it.</summary>
    /// <param name="json">The file, in UTF-8.</param>
    /// <param name="options">The policy; not to be used when there are mistakes.</param>
    /// <returns>The mistakes, each with its path.</returns>
    internal static List<string> Read(ReadOnlyMemory<byte> json, out StatementPolicyOptions options)
    {
        options = new StatementPolicyOptions();
        var mistakes = new List<string>();
        try
        {
            // A byte order mark is what editors of some systems write.
            json = json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json;
            using var document = JsonDocument.Parse(
                json,
                new JsonDocumentOptions { MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            new PolicyElementReader(mistakes).Read(document.RootElement, options);
        }
        catch (JsonException exception)
        {
            mistakes.Add($"line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}: is not JSON.");
        }

        if (mistakes.Count == 0)
        {
            mistakes.AddRange(PolicyValidator.Validate(options));
        }

        return mistakes;
    }
}
