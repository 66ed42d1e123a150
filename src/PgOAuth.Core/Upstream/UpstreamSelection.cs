using System.Diagnostics.CodeAnalysis;
using PgOAuth.Options;
using PgOAuth.Pooling;
using PgOAuth.Sessions;

namespace PgOAuth.Upstream;

/// <summary>Stage 5: where a session goes, or why nowhere. <c>default</c> is nowhere.</summary>
internal readonly struct UpstreamSelection
{
    private UpstreamSelection(UpstreamConnectRequest? request, RoutePool pool, GateMode gate, SessionFailure? failure)
    {
        Gate = gate;
        Request = request;
        Pool = pool;
        Failure = failure;
    }

    /// <summary>Server, database, role and credential, without settings.</summary>
    internal UpstreamConnectRequest? Request { get; }

    /// <summary>How long a server connection is kept, and how many there may be.</summary>
    internal RoutePool Pool { get; }

    /// <summary>What the statement gate does with the session.</summary>
    internal GateMode Gate { get; }

    internal SessionFailure? Failure { get; }

    internal static UpstreamSelection Of(UpstreamConnectRequest request, RoutePool pool, GateMode gate) => new(request, pool, gate, null);

    internal static UpstreamSelection Fail(SessionFailure failure) => new(null, default, GateMode.Enforce, failure);
}
