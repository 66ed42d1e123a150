namespace PgOAuth.Diagnostics;

/// <summary>Names of metric and span tags; OpenTelemetry's where it has one.</summary>
internal static class TagNames
{
    internal const string ErrorType = "error.type";
    internal const string ProxyName = "pgoauth.proxy.name";
    internal const string SessionId = "pgoauth.session.id";
    internal const string Verdict = "pgoauth.verdict";
    internal const string DenialReason = "pgoauth.denial.reason";
    internal const string ServerAddress = "server.address";
    internal const string DatabaseNamespace = "db.namespace";
    internal const string NetworkTransport = "network.transport";
    internal const string Role = "pgoauth.role";
    internal const string State = "pgoauth.state";
    internal const string Direction = "network.io.direction";
    internal const string Loop = "pgoauth.loop.number";
}
