using PgOAuth.Sessions;

namespace PgOAuth.Upstream;

/// <summary>Stage 5: what came of one step of the login. <c>default</c> is a failure.</summary>
internal readonly struct UpstreamStep
{
    private readonly SessionFailure? _failure;

    private UpstreamStep(bool isDone, SessionFailure? failure)
    {
        IsDone = isDone;
        _failure = failure;
    }

    internal bool IsDone { get; }

    /// <summary>Why the step failed; meaningless when it did not.</summary>
    internal SessionFailure Failure => _failure ?? new SessionFailure(SessionEndReason.InternalError, "a step of the upstream login gave no result");

    internal static UpstreamStep Done => new(true, null);

    internal static UpstreamStep Failed(SessionFailure failure) => new(false, failure);

    internal static UpstreamStep Failed(SessionEndReason reason, string logDetail) => new(false, new SessionFailure(reason, logDetail));

    /// <summary>The server sent what the protocol does not allow here.</summary>
    internal static UpstreamStep Violation(string logDetail) => Failed(SessionEndReason.UpstreamProtocolViolation, logDetail);

    /// <summary>The server refused the login, or the proxy refused the server.</summary>
    internal static UpstreamStep LoginFailed(string logDetail) => Failed(SessionEndReason.UpstreamLoginFailed, logDetail);
}
