using System.Diagnostics.CodeAnalysis;
using PgOAuth.Sessions;

namespace PgOAuth.Upstream;

/// <summary>Stage 5: a connection that is logged in, or why there is none. <c>default</c> is a failure.</summary>
internal readonly struct UpstreamConnectResult
{
    private readonly SessionFailure? _failure;

    private UpstreamConnectResult(UpstreamConnection? connection, SessionFailure? failure)
    {
        Connection = connection;
        _failure = failure;
    }

    [MemberNotNullWhen(true, nameof(Connection))]
    internal bool IsConnected => Connection is not null;

    internal UpstreamConnection? Connection { get; }

    /// <summary>Why there is no connection; meaningless when there is one.</summary>
    internal SessionFailure Failure => _failure ?? new SessionFailure(SessionEndReason.InternalError, "no upstream connection was made");

    internal static UpstreamConnectResult Connected(UpstreamConnection connection) => new(connection, null);

    internal static UpstreamConnectResult Failed(SessionFailure failure) => new(null, failure);
}
