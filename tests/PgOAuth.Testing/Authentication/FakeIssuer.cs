using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using PgOAuth.Options;

namespace PgOAuth.Testing.Authentication;

/// <summary>An authorization server without a network: answers for metadata and keys, counts the questions, and misbehaves on demand.</summary>
public sealed class FakeIssuer : HttpMessageHandler
{
    private readonly ConcurrentQueue<Uri> _requests = new();
    private volatile IReadOnlyList<JsonNode> _keys;
    private volatile Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>? _answer;

    /// <summary>An issuer that publishes these keys.</summary>
    public FakeIssuer(string name, params TestKey[] keys)
    {
        Name = name;
        _keys = [.. keys.Select(k => k.ToJwk())];
    }

    /// <summary>The issuer identifier.</summary>
    public string Name { get; }

    /// <summary>Every URL asked for, in order.</summary>
    public IReadOnlyList<Uri> Requests => [.. _requests];

    /// <summary>How often the key set was asked for.</summary>
    public int KeyRequests => _requests.Count(r => r.AbsolutePath.EndsWith("/jwks", StringComparison.Ordinal));

    /// <summary>What answers instead; null for good answers.</summary>
    public Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>? Answer
    {
        get => _answer;
        set => _answer = value;
    }

    /// <summary>The issuer's metadata, as an object to change.</summary>
    public JsonObject Metadata => new() { ["issuer"] = Name, ["jwks_uri"] = Name.TrimEnd('/') + "/jwks" };

    /// <summary>Publishes other keys.</summary>
    public void Publish(params TestKey[] keys) => _keys = [.. keys.Select(k => k.ToJwk())];

    /// <summary>Publishes these JWKs.</summary>
    public void PublishRaw(params JsonNode[] keys) => _keys = keys;

    /// <summary>Answers every question with one text.</summary>
    public void AnswerWith(HttpStatusCode status, string body, string mediaType = "application/json") =>
        Answer = (_, _) => Task.FromResult(Response(body, status, mediaType));

    /// <summary>Answers metadata as usual and the key set with one text.</summary>
    public void AnswerKeysWith(string body, string mediaType = "application/json") =>
        Answer = (request, _) => Task.FromResult(IsMetadata(request) ? Response(Metadata.ToJsonString()) : Response(body, HttpStatusCode.OK, mediaType));

    /// <summary>Options for this issuer, keys by metadata.</summary>
    public IssuerOptions Options(string audience = "postgres") => new() { Issuer = Name, Audiences = { audience } };

    /// <summary>The key set as published.</summary>
    public string KeySetText() => new JsonObject { ["keys"] = new JsonArray([.. _keys.Select(k => k.DeepClone())]) }.ToJsonString();

    /// <summary>An answer.</summary>
    public static HttpResponseMessage Response(string body, HttpStatusCode status = HttpStatusCode.OK, string mediaType = "application/json")
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        return new HttpResponseMessage(status) { Content = content };
    }

    /// <summary>Whether the metadata is asked for.</summary>
    public static bool IsMetadata(HttpRequestMessage request) =>
        request.RequestUri!.AbsolutePath.EndsWith("/.well-known/openid-configuration", StringComparison.Ordinal);

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _requests.Enqueue(request.RequestUri!);
        if (Answer is { } answer)
        {
            return await answer(request, cancellationToken);
        }

        return Response(IsMetadata(request) ? Metadata.ToJsonString() : KeySetText());
    }
}
