namespace PgOAuth.Diagnostics;

public static partial class PgOAuthEventIds
{
    /// <summary>A proxy can no longer accept connections; the host is stopped.</summary>
    public const int ProxyFailed = 10000;

    /// <summary>The configuration changed while the proxy runs; it takes effect at the next reload or start.</summary>
    public const int ConfigurationChanged = 10001;

    /// <summary>An operator shut a proxy down; the host goes on.</summary>
    public const int ProxyShutDown = 10002;

    /// <summary>A policy file changed; the proxy reads its settings again.</summary>
    public const int PolicyFileChanged = 10003;

    /// <summary>A policy file changed and the settings could not be read again; the old policy stays in force.</summary>
    public const int PolicyFileNotUsed = 10004;
}
