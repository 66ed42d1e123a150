using PgOAuth.Authentication;

namespace PgOAuth.Sessions;

/// <summary>How a stage says that the session ends here: for two audiences, who never see each other's text.</summary>
internal sealed class SessionFailure
{
    internal SessionFailure(SessionEndReason reason, string? logDetail = null)
    {
        Reason = reason;
        LogDetail = logDetail;
    }

    internal SessionEndReason Reason { get; }

    /// <summary>For log and audit; never sent to the client.</summary>
    internal string? LogDetail { get; }

    /// <summary>Replaces the reason's own message; must be safe to show to whoever gets it.</summary>
    internal string? ClientMessage { get; init; }

    /// <summary>Replaces the reason's own hint.</summary>
    internal string? Hint { get; init; }

    /// <summary>Replaces the reason's own SQLSTATE (the server's, when it refused for now).</summary>
    internal string? SqlState { get; init; }

    /// <summary>Whose genuine token was refused, for the audit; null when nobody's was.</summary>
    internal TokenClaims? RefusedClaims { get; init; }
}
