using System.Globalization;
using System.Net;

namespace PgOAuth.Samples.Development.Issuer;

/// <summary>
/// An OAuth 2.0 authorization server on loopback: discovery, JWKS, client credentials, device authorization. It signs what it is
/// told to and proves nobody's identity: for development and tests only.
/// </summary>
public sealed class DevelopmentIssuer : IAsyncDisposable
{
    private const int StartAttempts = 5;

    private readonly CancellationTokenSource _stopping = new();
    private readonly HttpListener _listener;
    private readonly DevelopmentSigningKeys _keys;
    private readonly DevelopmentTokenIssuer _tokens;
    private readonly TokenEndpoint _tokenEndpoint;
    private readonly DevicePage _devicePage;
    private readonly Task _serving;

    private DevelopmentIssuer(DevelopmentIssuerOptions options, HttpListener listener, string issuer)
    {
        _listener = listener;
        _keys = new DevelopmentSigningKeys(options.KeyFolder);
        _tokens = new DevelopmentTokenIssuer(issuer, options.Audience, _keys, options.TimeProvider);
        var devices = new DeviceAuthorizations(options.PollingInterval, options.TimeProvider);
        _tokenEndpoint = new TokenEndpoint(options, _tokens, devices);
        _devicePage = new DevicePage(devices);
        _serving = Task.Run(ServeAsync);
    }

    /// <summary>The issuer identifier, such as <c>http://127.0.0.1:8080</c>, without a slash at its end.</summary>
    public string Issuer => _tokens.Issuer;

    /// <summary>The <c>aud</c> claim of its tokens unless said otherwise.</summary>
    public string Audience => _tokens.Audience;

    /// <summary>Where its OpenID Connect metadata is.</summary>
    public string MetadataAddress => Issuer + IssuerEndpoints.OpenIdConfiguration;

    /// <summary>Starts an issuer.</summary>
    /// <exception cref="HttpListenerException">The wanted port is in use.</exception>
    public static Task<DevelopmentIssuer> StartAsync(DevelopmentIssuerOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        options ??= new DevelopmentIssuerOptions();
        var (listener, issuer) = Listen(options.Port, PortOfLastTime(options.KeyFolder));
        try
        {
            var started = new DevelopmentIssuer(options, listener, issuer);
            if (options.KeyFolder is { } folder)
            {
                DevelopmentTokenIssuer.WriteIssuer(folder, issuer);
            }

            return Task.FromResult(started);
        }
        catch
        {
            listener.Close();
            throw;
        }
    }

    /// <summary>Signs a token.</summary>
    public string IssueToken(DevelopmentTokenRequest request)
    {
        return _tokens.IssueToken(request);
    }

    /// <summary>Signs a token of one person with all this person's scopes and groups.</summary>
    public string IssueToken(DevelopmentPerson person)
    {
        return _tokens.IssueToken(DevelopmentTokenRequest.For(person));
    }

    /// <summary>Makes new keys that sign from now on.</summary>
    /// <param name="keepOld">Whether the old keys stay published, so that their tokens stay valid.</param>
    /// <param name="cancellationToken">Gives up before it begins.</param>
    public Task RotateKeysAsync(bool keepOld = true, CancellationToken cancellationToken = default)
    {
        return Task.Run(() => _keys.Rotate(keepOld), cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _listener.Close();
        await _serving.ConfigureAwait(false);
        _stopping.Dispose();
    }

    // The port is part of every token's iss: with another one, tokens of before would be somebody else's.
    private static int? PortOfLastTime(string? folder) =>
        folder is not null && Uri.TryCreate(DevelopmentTokenIssuer.ReadIssuer(folder), UriKind.Absolute, out var last) ? last.Port : null;

    private static (HttpListener Listener, string Issuer) Listen(int port, int? preferred)
    {
        for (var attempt = 1; ; attempt++)
        {
            var chosen = port != 0 ? port : attempt == 1 && preferred is { } last ? last : FreePort.Next();
            var issuer = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{chosen}");
            var listener = new HttpListener();
            listener.Prefixes.Add(issuer + "/");
            try
            {
                listener.Start();
                return (listener, issuer);
            }
            catch (HttpListenerException) when (port == 0 && attempt < StartAttempts)
            {
                listener.Close();
            }
            catch
            {
                listener.Close();
                throw;
            }
        }
    }

    private async Task ServeAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                // Only closing the listener ends it.
                return;
            }

            _ = Task.Run(() => AnswerAsync(context));
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            var request = await IssuerRequest.ReadAsync(context.Request, _stopping.Token).ConfigureAwait(false);
            var answer = request is null ? IssuerResponse.Error("invalid_request", "The request is malformed.") : Route(request);
            var response = context.Response;
            response.StatusCode = (int)answer.Status;
            response.ContentType = answer.ContentType;
            response.ContentLength64 = answer.Body.Length;
            if (answer.NoStore)
            {
                response.Headers["Cache-Control"] = "no-store";
            }

            if (context.Request.HttpMethod != "HEAD")
            {
                await response.OutputStream.WriteAsync(answer.Body, _stopping.Token).ConfigureAwait(false);
            }

            response.Close();
        }
        catch (Exception)
        {
            // One broken request or client must not end the issuer; without an answer the client sees its connection close.
            context.Response.Abort();
        }
    }

    private IssuerResponse Route(IssuerRequest request)
    {
        var reads = request.Method is "GET" or "HEAD";
        return request.Path switch
        {
            IssuerEndpoints.OpenIdConfiguration or IssuerEndpoints.AuthorizationServerMetadata when reads => IssuerMetadata.Discovery(Issuer),
            IssuerEndpoints.Keys when reads => IssuerMetadata.Keys(_keys.All),
            IssuerEndpoints.Token when request.Method == "POST" => _tokenEndpoint.Token(request),
            IssuerEndpoints.DeviceAuthorization when request.Method == "POST" => _tokenEndpoint.BeginDevice(request),
            IssuerEndpoints.Device when request.Method is "GET" or "POST" => _devicePage.Handle(request),
            IssuerEndpoints.OpenIdConfiguration or IssuerEndpoints.AuthorizationServerMetadata or IssuerEndpoints.Keys
                or IssuerEndpoints.Token or IssuerEndpoints.DeviceAuthorization or IssuerEndpoints.Device =>
                IssuerResponse.Text(HttpStatusCode.MethodNotAllowed, "This method is not for this address."),
            _ => IssuerResponse.Text(HttpStatusCode.NotFound, "Nothing is here."),
        };
    }
}
