using System.Text;
using PgOAuth.Authentication;
using PgOAuth.Enforcement;
using PgOAuth.Enforcement.Catalog;
using PgOAuth.Enforcement.Policy;
using PgOAuth.Options;
using PgOAuth.Sessions;
using PgOAuth.Startup;
using PgOAuth.Upstream;

namespace PgOAuth.Operations;

/// <summary>
/// Answers <see cref="IPgOAuthPolicy"/>: goes through stages 4, 5 and 7 as a login and its first message would, without a connection of its
/// own and without audit.
/// </summary>
/// <param name="snapshot">The settings in force.</param>
/// <param name="policies">The policy in force.</param>
/// <param name="catalogs">The catalogs of all databases.</param>
/// <param name="proxyName">The proxy's name.</param>
/// <param name="time">The clock.</param>
internal sealed class PolicyExplainer(ProxySnapshot snapshot, PolicyHolder policies, CatalogCache catalogs, string proxyName, TimeProvider time)
{
    // A message's length counts itself and the zero behind the text.
    private const int MessageOverhead = 5;

    private static readonly byte[] NoTypes = [0, 0];

    internal async ValueTask<PolicyExplanation> ExplainAsync(ExplainRequest request, CancellationToken cancellationToken)
    {
        var sql = Encoding.UTF8.GetBytes(request.Sql);
        var startup = new StartupParameters
        {
            User = request.User ?? request.Claims.Subject,
            Database = request.Database,
            Settings = [],
            UnrecognizedProtocolOptions = [],
        };
        var session = new SessionContext(0, proxyName, "explain", null, time.GetUtcNow());
        var authorized = await snapshot.Authorizer.AuthorizeAsync(request.Claims, startup, session, takesOnlyRole: request.User is null, cancellationToken).ConfigureAwait(false);
        if (authorized.Role is not { } role)
        {
            return RefuseLogin(sql, authorized.Failure ?? new SessionFailure(SessionEndReason.RoleNotGranted), null);
        }

        if (snapshot.Admin?.IsAt(request.Database) == true)
        {
            return RefuseLogin(sql, new SessionFailure(SessionEndReason.DatabaseNotRouted) { ClientMessage = "the admin database takes commands for the proxy, not statements" }, role);
        }

        var selected = await snapshot.Upstream.SelectAsync(request.Claims, role, startup, session, cancellationToken).ConfigureAwait(false);
        return selected.Request is { } target
            ? await ExplainAsync(sql, request.Claims, target, selected.Gate, cancellationToken).ConfigureAwait(false)
            : RefuseLogin(sql, selected.Failure ?? new SessionFailure(SessionEndReason.DatabaseNotRouted), role);
    }

    private async ValueTask<PolicyExplanation> ExplainAsync(
        byte[] sql, TokenClaims claims, UpstreamConnectRequest target, GateMode gate, CancellationToken cancellationToken)
    {
        var key = new CatalogKey(target.Server.Name, target.Database);
        var seen = await catalogs.GetAsync(key, target.Role, cancellationToken).ConfigureAwait(false);
        var grant = policies.Current.Grants.Get(claims.Scopes, GateSubject.DetailsOf(claims));
        // The gate has a guard beside it wherever it is on.
        var reader = new StatementReader(snapshot.Guard ?? new SessionStateGuard());
        var statement = Judge(out var context);
        if (statement.IsUnresolved && await catalogs.GetNewerAsync(seen!, target.Role, cancellationToken).ConfigureAwait(false) is { } newer)
        {
            seen = newer;
            statement = Judge(out context);
        }

        var denial = sql.Length + MessageOverhead > snapshot.Limits.MaxStatementBytes ? Denial.Of(StatementDenial.TooLong) : statement.Denial ?? CheckNames(statement);
        return new PolicyExplanation(sql)
        {
            Reason = denial?.Word ?? "allowed",
            Message = denial?.Message,
            Hint = denial?.Hint,
            SqlState = denial?.SqlState,
            Position = denial?.Position ?? 0,
            Role = target.Role,
            Server = target.Server.Name,
            Database = target.Database,
            Gate = gate,
            PolicyVersion = grant.Policy.Version,
            Statements = [.. reader.Explain(sql, context).Select(static one => new StatementExplanation(one))],
            Mistakes = grant.Mistakes,
        };

        Statement Judge(out GateContext context)
        {
            context = seen?.For(target.Role, snapshot.SearchPath)?.ContextOf(grant, GateMode.Enforce)
                ?? throw new InvalidOperationException($"The catalog of database {target.Database} of server {target.Server.Name} cannot be read; the log says why.");
            return reader.Read(sql, NoTypes, context);
        }
    }

    // What a session had prepared before is not known here: only what the text itself prepares.
    private static Denial? CheckNames(Statement statement) =>
        statement.Names is { Executes.Count: > 0 } ? Denial.Of(StatementDenial.NotPrepared) : null;

    private static PolicyExplanation RefuseLogin(byte[] sql, SessionFailure failure, string? role)
    {
        var info = SessionEndReasonInfo.Of(failure.Reason);
        return new PolicyExplanation(sql)
        {
            Reason = info.Word,
            Message = failure.ClientMessage ?? info.ClientMessage,
            Hint = failure.Hint ?? info.Hint,
            SqlState = failure.SqlState ?? info.SqlState,
            Role = role,
        };
    }
}
