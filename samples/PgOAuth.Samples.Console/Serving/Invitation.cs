using System.Globalization;
using System.Net;
using System.Text;
using PgOAuth.Options;
using PgOAuth.Samples.Development.Issuer;

namespace PgOAuth.Samples.Terminal.Serving;

/// <summary>What <c>serve</c> prints: lines to paste into a shell.</summary>
internal sealed class Invitation
{
    private const string SocketPrefix = ".s.PGSQL.";

    private readonly ServeEnvironment _environment;
    private readonly PgOAuthProxyOptions _options;
    private readonly string _target;

    /// <param name="environment">What stands around the proxy.</param>
    /// <param name="options">The proxy's settings.</param>
    /// <param name="endPoint">Where it listens.</param>
    /// <param name="database">The database to name; null when only the file knows.</param>
    public Invitation(ServeEnvironment environment, PgOAuthProxyOptions options, EndPoint endPoint, string? database)
    {
        _environment = environment;
        _options = options;
        _target = Target(endPoint) + " dbname=" + (database ?? "DATABASE");
    }

    private string Security => _environment.Certificate is { } certificate
        ? $"sslmode=verify-full sslrootcert={Quoted(certificate.AuthorityPath)}"
        : _options.Endpoints[0].DangerousAllowTokensWithoutTls ? "sslmode=disable" : "sslmode=verify-full";

    private TokenExchange Exchange => _options.Endpoints[0].TokenExchange;

    public override string ToString()
    {
        var text = new StringBuilder();
        if (_environment.Database is { } database)
        {
            text.AppendLine(database.Description);
        }

        if (_environment.Issuer is { } issuer)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"Development issuer {issuer.Issuer} (it proves nobody's identity: for development only)");
        }

        if (_options.Enforcement.Mode != GateMode.Off)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"Statement gate: {(_options.Enforcement.Mode == GateMode.Enforce ? "enforces" : "observes")} {_options.Enforcement.PolicyFile ?? "the policy of the configuration"}");
        }

        text.AppendLine();
        if (_target.Contains(" port=PORT ", StringComparison.Ordinal))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"# libpq, and so psql, reaches only sockets whose file is named {SocketPrefix}PORT: name the endpoint so.");
        }

        if (Exchange != TokenExchange.OAuthBearer)
        {
            AddPasswordLines(text);
        }

        if (Exchange != TokenExchange.Password)
        {
            AddBearerLines(text);
        }

        return text.ToString();
    }

    private void AddPasswordLines(StringBuilder text)
    {
        text.AppendLine("# The token is the password: any client, any driver. Valid for one hour.");
        if (_environment.Issuer is not { } issuer)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"PGPASSWORD=$TOKEN psql \"{_target} user=ROLE {Security}\"").AppendLine();
            return;
        }

        foreach (var person in DevelopmentPerson.All)
        {
            var role = RoleOf(person);
            text.AppendLine(CultureInfo.InvariantCulture, $"# {Describe(person)}: {(role is null ? "maps to no role and is refused" : "becomes " + role)}");
            text.AppendLine(CultureInfo.InvariantCulture, $"PGPASSWORD={issuer.IssueToken(person)} psql \"{_target} user={role ?? AnyRole} {Security}\"");
        }

        text.AppendLine("# For somebody else, in another terminal: the same program with: token --sub NAME --groups GROUP --scope \"SCOPE\"").AppendLine();
    }

    private void AddBearerLines(StringBuilder text)
    {
        var issuer = _environment.Issuer?.Issuer ?? _options.Authentication.Issuers.FirstOrDefault()?.Issuer;
        var overHttp = issuer?.StartsWith("http:", StringComparison.Ordinal) == true ? "PGOAUTHDEBUG=UNSAFE " : "";
        var choose = Exchange == TokenExchange.Both ? " options='-c pgoauth.exchange=oauthbearer'" : "";
        text.AppendLine("# psql 18 with libpq-oauth gets its token by itself: it prints a URL and a code, you say in the browser who you are.");
        text.AppendLine(CultureInfo.InvariantCulture, $"{overHttp}psql \"{_target} user={AnyRole} {Security} oauth_issuer={issuer} oauth_client_id=psql{choose}\"").AppendLine();
    }

    private string AnyRole => _options.Authorization.RoleMap.FirstOrDefault()?.Role ?? "ROLE";

    private string? RoleOf(DevelopmentPerson person)
    {
        return _options.Authorization.RoleMap.FirstOrDefault(rule =>
            (rule.Claim == "groups" && person.Groups.Contains(rule.Value))
            || (rule.Claim == "scope" && person.Scopes.Contains(rule.Value))
            || (rule.Claim == "sub" && person.Subject == rule.Value))?.Role;
    }

    private static string Describe(DevelopmentPerson person)
    {
        var groups = person.Groups.Count == 0 ? "no group" : "group " + string.Join(", ", person.Groups);
        var scopes = person.Scopes.Count == 0 ? "no scope" : "scope " + string.Join(' ', person.Scopes);
        return $"{person.Subject} ({groups}; {scopes})";
    }

    // On some systems the folder of application data has a space in its name.
    private static string Quoted(string path)
    {
        return path.Contains(' ', StringComparison.Ordinal) ? $"'{path}'" : path;
    }

    // libpq knows a socket by its folder and port: the file must be named .s.PGSQL.PORT.
    private static string? SocketPort(string path) =>
        Path.GetFileName(path) is var file && file.StartsWith(SocketPrefix, StringComparison.Ordinal) ? file[SocketPrefix.Length..] : null;

    private static string Target(EndPoint endPoint)
    {
        if (endPoint is not IPEndPoint ip)
        {
            var path = endPoint.ToString()!;
            return $"host={Path.GetDirectoryName(path)} port={SocketPort(path) ?? "PORT"}";
        }

        var host = ip.Address.Equals(IPAddress.Any) || ip.Address.Equals(IPAddress.IPv6Any) ? "localhost" : ip.Address.ToString();
        return string.Create(CultureInfo.InvariantCulture, $"host={host} port={ip.Port}");
    }
}
