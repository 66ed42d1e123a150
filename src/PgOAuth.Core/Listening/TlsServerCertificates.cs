using System.Collections.Frozen;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using PgOAuth.Diagnostics;
using PgOAuth.Options;

namespace PgOAuth.Listening;

/// <summary>
/// Stage 1: an endpoint's certificates by host name, reread when their files change. A pair that cannot be loaded or
/// does not fit keeps the old one (E11). Files are looked at once a second at most, on a handshake.
/// </summary>
internal sealed class TlsServerCertificates
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    private readonly EndpointTlsOptions _options;
    private readonly string _endpoint;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _reload = new();
    private volatile Loaded _current;
    private long _checkedAt;

    private TlsServerCertificates(EndpointTlsOptions options, string endpoint, TimeProvider time, ILogger logger)
    {
        _options = options;
        _endpoint = endpoint;
        _time = time;
        _logger = logger;
        _checkedAt = time.GetTimestamp();
        _current = Load(options);
    }

    internal ClientCertificateMode ClientCertificate => _options.ClientCertificate;

    /// <summary>Loads the certificates; null when the endpoint has none.</summary>
    /// <exception cref="CryptographicException">A file cannot be used.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    internal static TlsServerCertificates? Create(EndpointTlsOptions options, string endpoint, TimeProvider time, ILogger logger) =>
        options.ServerCertificate is null && options.Certificate.Path is null && options.Sni.Count == 0
            ? null
            : new TlsServerCertificates(options, endpoint, time, logger);

    /// <summary>The certificate for a host name; null when there is none for it and no default, which fails the handshake.</summary>
    internal SslStreamCertificateContext? Select(string? sniHost)
    {
        ReloadWhenChanged();
        var current = _current;
        if (!string.IsNullOrEmpty(sniHost))
        {
            if (current.BySni.TryGetValue(sniHost, out var exact))
            {
                return exact;
            }

            var dot = sniHost.IndexOf('.', StringComparison.Ordinal);
            if (dot > 0 && current.BySni.TryGetValue(string.Concat("*", sniHost.AsSpan(dot)), out var wildcard))
            {
                return wildcard;
            }
        }

        return current.Default;
    }

    /// <summary>Whether a client's certificate, or its absence, is acceptable.</summary>
    /// <param name="certificate">The certificate; null when there is none.</param>
    /// <param name="sent">What else the client sent: intermediate authorities.</param>
    internal bool AcceptsClient(X509Certificate2? certificate, X509Certificate2Collection? sent = null)
    {
        if (certificate is null)
        {
            return ClientCertificate != ClientCertificateMode.Required;
        }

        if (ClientCertificate == ClientCertificateMode.None)
        {
            return true;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_current.ClientAuthorities);
        chain.ChainPolicy.ExtraStore.AddRange(sent ?? []);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2"));
        return chain.Build(certificate);
    }

    private void ReloadWhenChanged()
    {
        if (_time.GetElapsedTime(Volatile.Read(ref _checkedAt)) < CheckInterval || !_reload.TryEnter())
        {
            return;
        }

        try
        {
            Volatile.Write(ref _checkedAt, _time.GetTimestamp());
            if (Fingerprint(_options).Equals(_current.Fingerprint, StringComparison.Ordinal))
            {
                return;
            }

            _current = Load(_options);
            Log.TlsCertificateReloaded(_logger, _endpoint);
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            Log.TlsCertificateReloadFailed(_logger, _endpoint, error.Message);
        }
        finally
        {
            _reload.Exit();
        }
    }

    private static Loaded Load(EndpointTlsOptions options)
    {
        // Taken before the files are read: a change in between is then seen at the next check.
        var fingerprint = Fingerprint(options);
        var fallback = options.ServerCertificate is { } given
            ? SslStreamCertificateContext.Create(given, additionalCertificates: null, offline: true)
            : options.Certificate.Path is null ? null : CertificateLoader.LoadContext(options.Certificate);
        var bySni = options.Sni.ToFrozenDictionary(static pair => pair.Key, static pair => CertificateLoader.LoadContext(pair.Value), StringComparer.OrdinalIgnoreCase);
        var authorities = new X509Certificate2Collection();
        if (options.ClientCertificateAuthorityPath is { } path)
        {
            authorities.ImportFromPemFile(path);
        }

        return new Loaded(fallback, bySni, authorities, fingerprint);
    }

    private static string Fingerprint(EndpointTlsOptions options)
    {
        var files = options.Sni.Values.Append(options.Certificate)
            .SelectMany(static c => new[] { c.Path, c.KeyPath })
            .Append(options.ClientCertificateAuthorityPath)
            .Where(static path => path is not null)
            .Select(static path => new FileInfo(path!))
            .Select(static file => (file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo) ?? file)
            .Select(static file => $"{file.FullName}|{file.LastWriteTimeUtc.Ticks}|{(file.Exists ? file.Length : -1)}");
        return string.Join('\n', files);
    }

    private sealed record Loaded(
        SslStreamCertificateContext? Default,
        FrozenDictionary<string, SslStreamCertificateContext> BySni,
        X509Certificate2Collection ClientAuthorities,
        string Fingerprint);
}
