using PgOAuth.Options;

namespace PgOAuth.Upstream;

/// <summary>Stage 5: credentials from <c>Upstream:Servers</c>. A password file is read for each login, so that it can be rotated.</summary>
internal sealed class ConfiguredCredentialProvider(UpstreamOptions options) : IUpstreamCredentialProvider
{
    private static readonly char[] LineEnds = ['\r', '\n'];

    /// <exception cref="IOException">The password file cannot be read; the session is refused.</exception>
    public async ValueTask<UpstreamCredential> GetAsync(UpstreamCredentialContext context, CancellationToken cancellationToken)
    {
        if (!options.Servers.TryGetValue(context.Server, out var server))
        {
            return default;
        }

        var username = options.Mode == UpstreamMode.Login ? context.Role : server.Username;
        if (string.IsNullOrEmpty(username))
        {
            return default;
        }

        var password = server.PasswordFile is null
            ? server.Password
            : (await File.ReadAllTextAsync(server.PasswordFile, cancellationToken).ConfigureAwait(false)).TrimEnd(LineEnds);
        return new UpstreamCredential(username, password);
    }
}
