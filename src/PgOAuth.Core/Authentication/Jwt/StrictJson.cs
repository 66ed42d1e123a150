using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace PgOAuth.Authentication.Jwt;

/// <summary>Stage 3: JSON objects that every parser reads alike: no duplicate members, no invalid text, bounded depth.</summary>
internal static class StrictJson
{
    /// <summary>Deeper than any real token or key set (authorization details nest about six levels).</summary>
    internal const int MaxDepth = 16;

    // RFC 7519 section 4: duplicate names are refused or the last one wins; where the issuer or a gateway takes the first, that is a hole.
    private static readonly JsonDocumentOptions Options = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = MaxDepth,
    };

    internal static bool TryParseObject(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out JsonDocument? document)
    {
        document = null;
        if (!Utf8.IsValid(utf8.Span))
        {
            return false;
        }

        try
        {
            RequireReadableStrings(utf8.Span);
            document = JsonDocument.Parse(utf8, Options);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            return true;
        }

        document.Dispose();
        document = null;
        return false;
    }

    internal static bool TryGetString(this JsonElement json, string name, [NotNullWhen(true)] out string? value)
    {
        value = json.TryGetProperty(name, out var element) && element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        return value is not null;
    }

    // A lone surrogate escape is legal JSON and unreadable text; found here, it cannot throw later in somebody's role mapper.
    private static void RequireReadableStrings(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        while (reader.Read())
        {
            if (reader.ValueIsEscaped)
            {
                _ = reader.GetString();
            }
        }
    }
}
