using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using PgOAuth.Options;
using PgOAuth.Testing.Authentication;

namespace PgOAuth.Testing.EndToEnd;

/// <summary>An authorization server on a free loopback port: metadata and keys over plain HTTP, and tokens for the asking.</summary>
public sealed class HttpIssuer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TestKey _key;
    private readonly Task _serving;

    /// <summary>Starts to listen.</summary>
    public HttpIssuer(TestKey key)
    {
        _key = key;
        _listener.Start();
        Name = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _serving = ServeAsync();
    }

    /// <summary>The issuer identifier.</summary>
    public string Name { get; }

    /// <summary>Options that trust this issuer.</summary>
    public IssuerOptions Options => new() { Issuer = Name, Audiences = { "postgres" }, DangerousAllowHttpOnLoopback = true };

    /// <summary>A token that is valid for an hour; another key makes it a forged one.</summary>
    public string Token(TestKey? key = null)
    {
        var draft = new TokenDraft(Name, "postgres", _key, DateTimeOffset.UtcNow) { Key = key ?? _key };
        draft.Payload["exp"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 3600;
        return draft.Build();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await AnswerAsync(client.GetStream());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
            catch (IOException)
            {
                // That client left; the next one may stay.
            }
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var path = (await reader.ReadLineAsync())?.Split(' ') is [_, var asked, _] ? asked : "";
        while (await reader.ReadLineAsync() is { Length: > 0 })
        {
        }

        var body = path switch
        {
            "/.well-known/openid-configuration" => new JsonObject { ["issuer"] = Name, ["jwks_uri"] = Name + "/jwks" }.ToJsonString(),
            "/jwks" => new JsonObject { ["keys"] = new JsonArray(_key.ToJwk()) }.ToJsonString(),
            _ => null,
        };
        var status = body is null ? "404 Not Found" : "200 OK";
        var answer = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {body?.Length ?? 0}\r\nConnection: close\r\n\r\n{body}");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
    }
}
