using System.Globalization;
using PgOAuth.Options;

namespace PgOAuth.Upstream;

/// <summary>
/// Tells whether two settings of a server are the same, files included, so that a reload keeps the connections of servers that did
/// not change (E12). Passwords are not part of it: they matter at the next login.
/// </summary>
internal static class ServerFingerprint
{
    internal static string Of(UpstreamServerOptions options) => string.Join(
        '\u001f',
        options.Host,
        Number(options.Port),
        options.Username ?? "\0",
        options.TlsMode?.ToString() ?? "\0",
        options.TlsNegotiation,
        options.TlsHostName ?? "\0",
        options.ChannelBinding,
        options.AllowCleartextPassword,
        options.AllowMd5Password,
        options.DangerousAllowPlaintextUpstream,
        Number(options.ConnectTimeout.Ticks),
        File(options.RootCertificatePath),
        File(options.ClientCertificate.Path),
        File(options.ClientCertificate.KeyPath),
        options.RootCertificates is { } roots ? string.Join(',', roots.Select(static root => root.Thumbprint)) : "\0");

    private static string File(string? path) => path is null ? "\0" : $"{path}@{Number(System.IO.File.GetLastWriteTimeUtc(path).Ticks)}";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
