using System.Security.Cryptography.X509Certificates;

namespace PgOAuth.Options;

/// <summary>One PostgreSQL server.</summary>
public sealed class UpstreamServerOptions
{
    /// <summary>Host name, IP address, or the directory of a Unix socket (starts with <c>/</c>).</summary>
    public string Host { get; set; } = "";

    /// <summary>The port.</summary>
    /// <value>Default: 5432.</value>
    public int Port { get; set; } = 5432;

    /// <summary>The login role of <c>AssumeRole</c> mode; in <c>Login</c> mode the mapped role logs in.</summary>
    /// <value>Default: null.</value>
    public string? Username { get; set; }

    /// <summary>The password.</summary>
    /// <remarks>
    /// Prepared for SCRAM as PostgreSQL does (RFC 4013). In a host with InvariantGlobalization .NET does not normalise Unicode:
    /// write a password beyond ASCII in form NFKC there.
    /// </remarks>
    /// <value>Default: null.</value>
    public string? Password { get; set; }

    /// <summary>File that holds the password; read for each login, so that it can be rotated.</summary>
    /// <value>Default: null.</value>
    public string? PasswordFile { get; set; }

    /// <summary>TLS to the server.</summary>
    /// <value>Default: null: <c>VerifyFull</c>, or <c>Disable</c> when the host is a loopback address or a Unix socket.</value>
    public UpstreamTlsMode? TlsMode { get; set; }

    /// <summary>How TLS starts.</summary>
    /// <value>Default: <see cref="UpstreamTlsNegotiation.SslRequest"/>.</value>
    public UpstreamTlsNegotiation TlsNegotiation { get; set; } = UpstreamTlsNegotiation.SslRequest;

    /// <summary>PEM file with the authorities of the server's certificate.</summary>
    /// <value>Default: null, the system's.</value>
    public string? RootCertificatePath { get; set; }

    /// <summary>The name that the server's certificate must carry.</summary>
    /// <value>Default: null, <see cref="Host"/>.</value>
    public string? TlsHostName { get; set; }

    /// <summary>The client certificate to log in with.</summary>
    public CertificateOptions ClientCertificate { get; } = new();

    /// <summary>Whether SCRAM must be bound to the TLS channel.</summary>
    /// <value>Default: <see cref="ChannelBindingMode.Prefer"/>.</value>
    public ChannelBindingMode ChannelBinding { get; set; } = ChannelBindingMode.Prefer;

    /// <summary>Answer a server that asks for the password in clear. Only over TLS.</summary>
    /// <value>Default: false.</value>
    public bool AllowCleartextPassword { get; set; }

    /// <summary>Answer a server that asks for an MD5 password. MD5 is broken and on its way out of PostgreSQL.</summary>
    /// <value>Default: false.</value>
    public bool AllowMd5Password { get; set; }

    /// <summary>Send passwords and data to a server that is not on loopback without TLS.</summary>
    /// <value>Default: false. A warning is logged at start when set.</value>
    public bool DangerousAllowPlaintextUpstream { get; set; }

    /// <summary>From dialing to the server's first ReadyForQuery.</summary>
    /// <value>Default: 15 seconds, as PgBouncer's server_connect_timeout.</value>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(15);

    internal X509Certificate2Collection? RootCertificates { get; private set; }

    /// <summary>Trusts authorities given in code in place of <see cref="RootCertificatePath"/>.</summary>
    /// <param name="certificates">The authorities; the caller keeps them alive.</param>
    public void UseRootCertificates(X509Certificate2Collection certificates)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        RootCertificates = certificates;
    }
}
