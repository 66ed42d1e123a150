using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using PgOAuth.IntegrationTests.Clients.Tools;
using PgOAuth.Samples.Development;

namespace PgOAuth.IntegrationTests.OidcProvider;

/// <summary>The npm package oidc-provider as a process of its own: an authorization server that nobody here wrote.</summary>
internal sealed class OidcProviderProcess : IAsyncDisposable
{
    public const string Audience = "urn:test:postgres";

    private readonly ClientProcess _process;
    private readonly HttpClient _http = new();

    private OidcProviderProcess(ClientProcess process, string issuer)
    {
        _process = process;
        Issuer = issuer;
    }

    public string Issuer { get; }

    public static async Task<OidcProviderProcess> StartAsync(CancellationToken cancellationToken)
    {
        var modules = await ClientTools.OidcProviderAsync();
        var port = FreePort.Next().ToString(CultureInfo.InvariantCulture);
        var process = ClientProcess.Start(
            await ClientTools.FindProgramAsync("node", "nodejs"),
            [Path.Combine(AppContext.BaseDirectory, "OidcProvider", "provider.mjs")],
            new Dictionary<string, string> { ["OIDC_NODE_MODULES"] = modules, ["OIDC_PORT"] = port });
        var started = new OidcProviderProcess(process, "http://127.0.0.1:" + port);
        await process.WaitForAsync("ready " + started.Issuer, cancellationToken);
        return started;
    }

    /// <summary>Serves these keys from now on, which are made when they are new; the first one signs.</summary>
    public async Task ServeKeysAsync(string kids, CancellationToken cancellationToken)
    {
        await _process.WriteAsync($"keys {kids}\n", cancellationToken);
        await _process.WaitForAsync("serving " + kids, cancellationToken);
    }

    /// <summary>Gets a token by the client-credentials grant.</summary>
    public async Task<string> TokenAsync(string client, string scope, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Issuer + "/token")
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("scope", scope), new("resource", Audience)]),
        };
        var secret = $"{client}-secret-{client}-secret-{client}";
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{client}:{secret}")));
        using var response = await _http.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"oidc-provider gave no token: {body}\n{_process.Errors}");
        }

        using var document = JsonDocument.Parse(body);
        return document.RootElement.GetProperty("access_token").GetString()!;
    }

    /// <summary>How often the keys were fetched.</summary>
    public async Task<int> KeyRequestsAsync(CancellationToken cancellationToken) =>
        int.Parse(await _http.GetStringAsync(Issuer + "/test/jwks-requests", cancellationToken), CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }
}
