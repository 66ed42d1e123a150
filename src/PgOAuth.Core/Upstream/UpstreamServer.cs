using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using PgOAuth.Diagnostics;
using PgOAuth.Listening;
using PgOAuth.Options;

namespace PgOAuth.Upstream;

/// <summary>Stage 5: one PostgreSQL server, compiled from its options. Immutable; certificate files are read once, here.</summary>
internal sealed class UpstreamServer
{
    private UpstreamServer(string name, UpstreamServerOptions options)
    {
        Name = name;
        Host = options.Host;
        Port = options.Port;
        IsUnixSocket = IsSocketDirectory(options.Host);
        IsLocal = IsLocalHost(options.Host);
        TlsMode = options.TlsMode ?? (IsLocal ? UpstreamTlsMode.Disable : UpstreamTlsMode.VerifyFull);
        TlsNegotiation = options.TlsNegotiation;
        TlsHostName = options.TlsHostName ?? options.Host;
        ChannelBinding = options.ChannelBinding;
        AllowCleartextPassword = options.AllowCleartextPassword;
        AllowMd5Password = options.AllowMd5Password;
        ConnectTimeout = options.ConnectTimeout;
        Fingerprint = ServerFingerprint.Of(options);
    }

    /// <summary>The settings as one text: a reload keeps this very object while they stay the same.</summary>
    internal string Fingerprint { get; }

    /// <summary>The key of <c>Upstream:Servers</c>.</summary>
    internal string Name { get; }

    /// <summary>Host name, IP address or directory of a Unix socket.</summary>
    internal string Host { get; }

    internal int Port { get; }

    internal bool IsUnixSocket { get; }

    /// <summary>Whether the way to the server does not leave this machine.</summary>
    internal bool IsLocal { get; }

    internal UpstreamTlsMode TlsMode { get; }

    internal bool IsTls => TlsMode != UpstreamTlsMode.Disable;

    /// <summary>Whether the server is known before it proves that it knows the password: it is local, or its certificate is verified.</summary>
    internal bool IsIdentityVerified => IsLocal || TlsMode is UpstreamTlsMode.VerifyCa or UpstreamTlsMode.VerifyFull;

    internal UpstreamTlsNegotiation TlsNegotiation { get; }

    /// <summary>The name asked for by SNI and looked for in the certificate.</summary>
    internal string TlsHostName { get; }

    internal ChannelBindingMode ChannelBinding { get; }

    internal bool AllowCleartextPassword { get; }

    internal bool AllowMd5Password { get; }

    internal TimeSpan ConnectTimeout { get; }

    /// <summary>The authorities trusted in place of the system's, or null.</summary>
    internal X509Certificate2Collection? RootCertificates { get; private init; }

    /// <summary>The configured client certificate with its chain, or null.</summary>
    internal SslStreamCertificateContext? ClientCertificate { get; private init; }

    /// <summary>The path of the socket: <c>.s.PGSQL.</c> and the port, as PostgreSQL names it.</summary>
    internal string UnixSocketPath => Path.Combine(Host, string.Create(CultureInfo.InvariantCulture, $".s.PGSQL.{Port}"));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} ({Host}:{Port})");

    /// <summary>Compiles a server; every mistake is added to <paramref name="errors"/> and makes the result null.</summary>
    internal static UpstreamServer? Compile(string name, UpstreamServerOptions options, ICollection<string> errors)
    {
        var before = errors.Count;
        var server = new UpstreamServer(name, options)
        {
            RootCertificates = LoadRoots(name, options, errors),
            ClientCertificate = LoadClientCertificate(name, options, errors),
        };
        server.Check(options, message => errors.Add($"Upstream:Servers:{name}: {message}"));
        return errors.Count == before ? server : null;
    }

    /// <summary>Says at start, each with its own event id, where a setting weakens the way to this server.</summary>
    internal void WarnAboutWeakening(ILogger logger)
    {
        if (!IsTls && !IsLocal)
        {
            Log.PlaintextUpstream(logger, Name);
        }

        if (TlsMode == UpstreamTlsMode.Require)
        {
            Log.UnverifiedUpstream(logger, Name);
        }

        if (AllowCleartextPassword)
        {
            Log.CleartextPasswordAllowed(logger, Name);
        }

        if (AllowMd5Password)
        {
            Log.Md5PasswordAllowed(logger, Name);
        }
    }

    private void Check(UpstreamServerOptions options, Action<string> report)
    {
        if (Host.Length == 0)
        {
            report("Host is missing.");
        }

        if (Port is < 1 or > 65_535)
        {
            report("Port must be between 1 and 65535.");
        }

        if (ConnectTimeout <= TimeSpan.Zero || ConnectTimeout > TimeSpan.FromHours(1))
        {
            report("ConnectTimeout must be positive and at most one hour.");
        }

        if (IsTls && IsUnixSocket)
        {
            report("TlsMode must be Disable for a Unix socket: PostgreSQL speaks TLS over TCP only.");
        }

        if (!IsTls && !IsLocal && !options.DangerousAllowPlaintextUpstream)
        {
            report("TlsMode Disable would send passwords and data in clear over the network; use VerifyFull, or set DangerousAllowPlaintextUpstream.");
        }

        if (!IsTls && ChannelBinding == ChannelBindingMode.Require)
        {
            report("ChannelBinding Require needs TLS.");
        }

        if (options.Password is not null && options.PasswordFile is not null)
        {
            report("Set Password or PasswordFile, not both.");
        }
    }

    /// <summary>Whether a configured host is reached without leaving this machine.</summary>
    internal static bool IsLocalHost(string host) => IsSocketDirectory(host) || IsLoopback(host);

    private static bool IsSocketDirectory(string host) => host.StartsWith('/');

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static X509Certificate2Collection? LoadRoots(string name, UpstreamServerOptions options, ICollection<string> errors)
    {
        if (options.RootCertificates is not null || options.RootCertificatePath is null)
        {
            return options.RootCertificates;
        }

        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(options.RootCertificatePath);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            errors.Add($"Upstream:Servers:{name}:RootCertificatePath: {e.Message}");
            return null;
        }

        if (roots.Count == 0)
        {
            errors.Add($"Upstream:Servers:{name}:RootCertificatePath: the file holds no PEM certificate.");
            return null;
        }

        return roots;
    }

    private static SslStreamCertificateContext? LoadClientCertificate(string name, UpstreamServerOptions options, ICollection<string> errors)
    {
        if (options.ClientCertificate.Path is null)
        {
            return null;
        }

        try
        {
            return CertificateLoader.LoadContext(options.ClientCertificate);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            errors.Add($"Upstream:Servers:{name}:ClientCertificate: {e.Message}");
            return null;
        }
    }
}
