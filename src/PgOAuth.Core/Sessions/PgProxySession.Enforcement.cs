using System.Text;
using PgOAuth.Auditing;
using PgOAuth.Authentication;
using PgOAuth.Diagnostics;
using PgOAuth.Enforcement;
using PgOAuth.Enforcement.Catalog;
using PgOAuth.Options;
using PgOAuth.Relay;
using PgOAuth.Startup;
using PgOAuth.Upstream;

namespace PgOAuth.Sessions;

/// <content>How a session comes to the statement gate.</content>
internal sealed partial class PgProxySession
{
    private const string SearchPath = "search_path";
    private const string ClientEncoding = "client_encoding";
    private const string Utf8 = "UTF8";

    /// <summary>
    /// Where the gate is on, a session's search_path is the policy's and its encoding UTF-8: verdicts rest on what names mean (A28, D01, D18).
    /// Temporary objects come last, so that none can stand in for another.
    /// </summary>
    /// <param name="startup">Receives both.</param>
    /// <returns>Why the session ends: it asked for something else.</returns>
    private SessionFailure? PinNames(ref StartupParameters startup)
    {
        var settings = new List<KeyValuePair<string, string>>();
        foreach (var setting in startup.Settings)
        {
            if (setting.Key.Equals(ClientEncoding, StringComparison.OrdinalIgnoreCase))
            {
                // psql asks for SQL_ASCII where the machine has no locale, and means nothing by it.
                var encoding = Encoding.UTF8.GetBytes(setting.Value);
                if (!ProtectedSettings.IsUtf8(encoding) && !ProtectedSettings.IsSqlAscii(encoding))
                {
                    return new SessionFailure(SessionEndReason.StartupParameterRefused, "another client_encoding than UTF8")
                    {
                        ClientMessage = "client_encoding is UTF8 here and cannot be changed; connect with PGCLIENTENCODING=UTF8",
                    };
                }
            }
            else if (!setting.Key.Equals(SearchPath, StringComparison.OrdinalIgnoreCase))
            {
                settings.Add(setting);
            }
            else if (!_snapshot.SearchPath.Means(setting.Value))
            {
                return new SessionFailure(SessionEndReason.StartupParameterRefused, "another search_path than the policy's")
                {
                    ClientMessage = $"search_path is {_snapshot.SearchPath} here and cannot be changed; leave it out of the connection settings",
                };
            }
        }

        settings.Add(new(SearchPath, _snapshot.SearchPath.ToSetting()));
        settings.Add(new(ClientEncoding, Utf8));
        startup = startup with { Settings = settings };
        return null;
    }

    private async ValueTask<ClientGate> OpenGateAsync(TokenClaims claims, string role, UpstreamConnectRequest request, GateMode mode, CancellationToken login)
    {
        var subject = new GateSubject(
            new CatalogKey(request.Server.Name, request.Database), role, _snapshot.SearchPath, mode, claims.Scopes, GateSubject.DetailsOf(claims));
        var auditor = StatementAuditor.Create(_services.Audit, StatementAuditSubject.Of(Context, claims, role, request), _services.Time);
        var gate = new SessionGate(_services.Policy, _services.Catalogs, subject, _services.Metrics, auditor);
        if (!gate.TryRefresh())
        {
            await gate.RefreshAsync(login).ConfigureAwait(false);
            _ = gate.TryRefresh();
        }

        foreach (var mistake in gate.Context?.Grant.Mistakes ?? [])
        {
            Log.AuthorizationDetailsIgnored(_services.Logger, Context.SessionId, mistake);
        }

        return new ClientGate(gate);
    }
}
