using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace PgOAuth.Authentication.Jwt;

/// <summary>Stage 3: fetches an issuer's metadata and keys; whatever the answer, at most 64 KiB of it is read.</summary>
internal sealed class IssuerHttpClient(HttpMessageHandler handler) : IDisposable
{
    /// <summary>As Neon's proxy: a key set is a few kilobytes.</summary>
    internal const int MaxBodyBytes = 64 * 1024;

    // The specifications say application/json and application/jwk-set+json; static file hosts say the last two.
    private static readonly string[] MediaTypes = ["application/json", "text/json", "text/plain", "application/octet-stream"];

    private readonly HttpMessageInvoker _http = new(handler, disposeHandler: true);

    internal async Task<IssuerDocument> GetAsync(Uri address, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("PgOAuth", null));
        using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return IssuerDocument.Missing("HTTP status " + ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture));
        }

        var headers = response.Content.Headers;
        if (!IsJson(headers.ContentType?.MediaType))
        {
            return IssuerDocument.Missing("the content type is not JSON");
        }

        // Not asked for, so not expected; and a small compressed body can be a large one.
        if (headers.ContentEncoding.Any(static e => !e.Equals("identity", StringComparison.OrdinalIgnoreCase)))
        {
            return IssuerDocument.Missing("the body is compressed");
        }

        return headers.ContentLength > MaxBodyBytes
            ? TooLong()
            : await ReadAsync(response.Content, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _http.Dispose();

    private static async Task<IssuerDocument> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = new byte[MaxBodyBytes + 1];
            var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return length > MaxBodyBytes ? TooLong() : new IssuerDocument(buffer[..length], null);
        }
    }

    private static IssuerDocument TooLong() => IssuerDocument.Missing("the body is longer than 64 KiB");

    private static bool IsJson(string? mediaType) =>
        mediaType is not null
        && (MediaTypes.Contains(mediaType, StringComparer.OrdinalIgnoreCase)
            || (mediaType.StartsWith("application/", StringComparison.OrdinalIgnoreCase)
                && mediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase)));
}
