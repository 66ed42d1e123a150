using System.Net;
using System.Text;

namespace PgOAuth.Samples.Development.Issuer;

/// <summary>An HTTP request to the issuer: method, path, and its parameters from query and form.</summary>
internal sealed record IssuerRequest(string Method, string Path, IReadOnlyDictionary<string, string> Parameters)
{
    private const int LongestForm = 64 * 1024;

    /// <summary>The client's name and secret of HTTP Basic authentication (RFC 6749 section 2.3.1), if any.</summary>
    public (string Id, string Secret)? BasicCredentials { get; init; }

    public string? this[string parameter] => Parameters.GetValueOrDefault(parameter);

    /// <summary>Reads a request; null when it is malformed, too long, or names a parameter twice (RFC 6749 section 3.2).</summary>
    public static async Task<IssuerRequest?> ReadAsync(HttpListenerRequest request, CancellationToken cancellationToken)
    {
        var parameters = new Dictionary<string, string>();
        var form = request.HttpMethod == "POST" ? await ReadFormAsync(request, cancellationToken).ConfigureAwait(false) : string.Empty;
        if (form is null || request.Url is not { } url || !Add(parameters, url.Query.TrimStart('?')) || !Add(parameters, form))
        {
            return null;
        }

        var authorization = request.Headers["Authorization"];
        var credentials = ParseBasic(authorization);
        return authorization is not null && credentials is null
            ? null
            : new IssuerRequest(request.HttpMethod, url.AbsolutePath, parameters) { BasicCredentials = credentials };
    }

    private static async Task<string?> ReadFormAsync(HttpListenerRequest request, CancellationToken cancellationToken)
    {
        var type = request.ContentType?.Split(';')[0].Trim();
        if (!string.Equals(type, "application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var buffer = new byte[LongestForm + 1];
        var length = await request.InputStream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return length > LongestForm ? null : Encoding.UTF8.GetString(buffer, 0, length);
    }

    private static bool Add(Dictionary<string, string> parameters, string encoded)
    {
        foreach (var pair in encoded.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            if (!parameters.TryAdd(WebUtility.UrlDecode(parts[0]), parts.Length == 2 ? WebUtility.UrlDecode(parts[1]) : string.Empty))
            {
                return false;
            }
        }

        return true;
    }

    private static (string Id, string Secret)? ParseBasic(string? header)
    {
        const string scheme = "Basic ";
        if (header is null || !header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[scheme.Length..].Trim(), bytes, out var length))
        {
            return null;
        }

        var parts = Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2);
        return parts.Length == 2 ? (WebUtility.UrlDecode(parts[0]), WebUtility.UrlDecode(parts[1])) : null;
    }
}
