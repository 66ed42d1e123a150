using PgOAuth.Diagnostics;
using PgOAuth.Options;
using PgOAuth.Protocol;
using PgOAuth.Protocol.Backend;
using PgOAuth.Sessions;

namespace PgOAuth.Upstream;

/// <summary>Stage 5: what a server's ErrorResponse during login means. Its text goes to the log only.</summary>
internal static class UpstreamErrors
{
    private const int MaxLoggedChars = 500;

    /// <summary>Reads the message as ErrorResponse.</summary>
    internal static UpstreamStep ToStep(in MessageFrame frame, UpstreamConnectRequest request) =>
        ErrorResponse.TryParse(frame, out var error)
            ? UpstreamStep.Failed(ToFailure(error.SqlStateText(), error.MessageText(), request))
            : UpstreamStep.Violation("the server sent a malformed ErrorResponse during login");

    private static SessionFailure ToFailure(string sqlState, string message, UpstreamConnectRequest request)
    {
        var detail = $"{request.Server} answered {(sqlState.Length == 0 ? "without SQLSTATE" : SafeText.Clean(sqlState))}: {SafeText.Clean(message, MaxLoggedChars)}";
        switch (sqlState)
        {
            case SqlStates.TooManyConnections:
                return new SessionFailure(SessionEndReason.UpstreamNotReady, detail) { SqlState = SqlStates.TooManyConnections, ClientMessage = "the database server has too many clients already" };
            case SqlStates.AdminShutdown or "57P02" or SqlStates.CannotConnectNow:
                return new SessionFailure(SessionEndReason.UpstreamNotReady, detail) { SqlState = SqlStates.CannotConnectNow };
            case SqlStates.InvalidCatalogName:
                return new SessionFailure(SessionEndReason.UpstreamDatabaseMissing, detail);
            case "22023" or SqlStates.InsufficientPrivilege or "42704" or "55P02":
                return OfSetting(message, detail, request);
            default:
                return new SessionFailure(SessionEndReason.UpstreamLoginFailed, detail);
        }
    }

    /// <summary>A setting of the startup message was refused: a parameter of the client's, or the role.</summary>
    private static SessionFailure OfSetting(string message, string detail, UpstreamConnectRequest request)
    {
        foreach (var (name, _) in request.Parameters)
        {
            if (message.Contains($"\"{name}\"", StringComparison.OrdinalIgnoreCase))
            {
                return new SessionFailure(SessionEndReason.StartupParameterRefused, detail)
                {
                    ClientMessage = $"the database server refused the startup parameter \"{name}\"",
                    Hint = "Leave it out, or correct its value.",
                };
            }
        }

        return request.Mode == UpstreamMode.AssumeRole
            ? new SessionFailure(SessionEndReason.UpstreamLoginFailed, $"{detail}. Does the role exist, and is it granted: GRANT \"{request.Role}\" TO \"{request.Credential.Username}\"?")
            : new SessionFailure(SessionEndReason.UpstreamLoginFailed, detail);
    }
}
