using PgOAuth.Sessions;

namespace PgOAuth.Relay;

/// <summary>Stage 6: a session that wants a server connection cannot have one.</summary>
internal sealed class NoServerException(SessionFailure failure) : Exception(failure.Reason.ToString())
{
    internal SessionFailure Failure { get; } = failure;
}
