using System.Net;
using System.Text;
using System.Text.Json;

namespace PgOAuth.Samples.Development.Issuer;

/// <summary>An HTTP answer of the issuer.</summary>
internal sealed record IssuerResponse(HttpStatusCode Status, string ContentType, byte[] Body)
{
    /// <summary>Whether the body is of one request only and must not be kept (RFC 6749 section 5.1).</summary>
    public bool NoStore { get; init; }

    public static IssuerResponse Json(Action<Utf8JsonWriter> write, HttpStatusCode status = HttpStatusCode.OK, bool noStore = false)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return new IssuerResponse(status, "application/json", buffer.ToArray()) { NoStore = noStore };
    }

    /// <summary>An error of RFC 6749 section 5.2.</summary>
    public static IssuerResponse Error(string error, string description, HttpStatusCode status = HttpStatusCode.BadRequest)
    {
        return Json(
            writer =>
            {
                writer.WriteString("error", error);
                writer.WriteString("error_description", description);
            },
            status,
            noStore: true);
    }

    public static IssuerResponse Html(string html, HttpStatusCode status = HttpStatusCode.OK)
    {
        return new IssuerResponse(status, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(html)) { NoStore = true };
    }

    public static IssuerResponse Text(HttpStatusCode status, string text)
    {
        return new IssuerResponse(status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text + "\n"));
    }
}
