using System.Diagnostics;
using System.Diagnostics.Metrics;
using PgOAuth.Auditing;
using PgOAuth.Enforcement;

namespace PgOAuth.Diagnostics;

/// <summary>The instruments of the meter <c>PgOAuth</c>. No user, SQL or token in a tag.</summary>
internal sealed partial class PgOAuthMetrics : IDisposable
{
    internal const string MeterName = "PgOAuth";

    private readonly Meter _meter;
    private readonly KeyValuePair<string, object?> _proxy;
    private readonly UpDownCounter<long> _active;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _authentication;
    private readonly Histogram<double> _upstreamConnect;
    private readonly Histogram<double> _poolWait;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _decisions;
    private readonly Counter<long> _auditDropped;

    internal PgOAuthMetrics(IMeterFactory? factory, string proxyName)
    {
        var version = typeof(PgOAuthMetrics).Assembly.GetName().Version?.ToString(3);
        _meter = factory?.Create(new MeterOptions(MeterName) { Version = version }) ?? new Meter(MeterName, version);
        _proxy = new(TagNames.ProxyName, proxyName);
        _active = _meter.CreateUpDownCounter<long>("pgoauth.session.active", "{session}", "Client connections that are open now.");
        _duration = _meter.CreateHistogram<double>("pgoauth.session.duration", "s", "From accept to the end of the session.");
        _authentication = _meter.CreateHistogram<double>("pgoauth.authentication.duration", "s", "Waiting for and validating the token.");
        _upstreamConnect = _meter.CreateHistogram<double>("pgoauth.upstream.connect.duration", "s", "Dialing and logging in to the server.");
        _poolWait = _meter.CreateHistogram<double>("pgoauth.pool.wait.duration", "s", "Waiting for a server connection.");
        _attempts = _meter.CreateCounter<long>("pgoauth.connection.attempts", "{attempt}", "Connection attempts by verdict.");
        _decisions = _meter.CreateCounter<long>("pgoauth.statement.decisions", "{statement}", "Denied statements by reason.");
        _auditDropped = _meter.CreateCounter<long>("pgoauth.audit.dropped", "{record}", "Audit records that no sink got.");
    }

    internal void SessionStarted() => _active.Add(1, _proxy);

    internal void SessionEnded(TimeSpan duration, string reason)
    {
        _active.Add(-1, _proxy);
        _duration.Record(duration.TotalSeconds, _proxy, new(TagNames.ErrorType, reason));
    }

    internal void Authenticated(TimeSpan duration, bool isValid) =>
        _authentication.Record(duration.TotalSeconds, _proxy, new(TagNames.Verdict, isValid ? "valid" : "refused"));

    internal void UpstreamConnected(TimeSpan duration) => _upstreamConnect.Record(duration.TotalSeconds, _proxy);

    internal void Attempt(AuditVerdict verdict, string reason)
    {
        if (_attempts.Enabled)
        {
            var word = verdict switch
            {
                AuditVerdict.Allowed => "allowed",
                AuditVerdict.Abandoned => "abandoned",
                _ => "refused",
            };
            _attempts.Add(1, _proxy, new(TagNames.Verdict, word), new(TagNames.ErrorType, reason));
        }
    }

    internal void StatementDenied(StatementDenial denial)
    {
        if (_decisions.Enabled)
        {
            _decisions.Add(1, _proxy, new(TagNames.Verdict, "denied"), new(TagNames.DenialReason, denial.ToString()));
        }
    }

    internal void StatementDecided(bool isAllowed, bool isEnforced)
    {
        if (_decisions.Enabled && (isAllowed || !isEnforced))
        {
            // What is refused is counted where it is denied, with its reason.
            _decisions.Add(1, _proxy, new(TagNames.Verdict, isAllowed ? "allowed" : "observed"));
        }
    }

    internal void AuditDropped() => _auditDropped.Add(1, _proxy);

    public void Dispose() => _meter.Dispose();
}
