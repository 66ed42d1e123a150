using System.Globalization;
using PgOAuth.Diagnostics;
using PgOAuth.Options;
using PgOAuth.Protocol;
using PgOAuth.Sessions;

namespace PgOAuth.Upstream;

/// <summary>Stage 5: writes the StartupMessage from what was decided. Nothing of the client's bytes is in it.</summary>
internal static class UpstreamStartupMessage
{
    /// <summary>PostgreSQL's MAX_STARTUP_PACKET_LENGTH; a longer one it drops without a word.</summary>
    internal const int MaxLength = 10_000;

    internal static UpstreamStep Write(MessageWriter output, UpstreamConnectRequest request)
    {
        var before = output.Length;
        output.BeginUntypedMessage();
        output.WriteInt32(ProtocolConstants.Version30);
        if (!TryWrite(output, "user", request.Credential.Username!)
            || !TryWrite(output, "database", request.Database)
            || (request.Mode == UpstreamMode.AssumeRole && !TryWrite(output, "role", request.Role)))
        {
            return Refuse(output, "a name or value for the startup message holds NUL");
        }

        foreach (var (name, value) in request.Parameters)
        {
            // The stages before let none of these through; should they ever, the role would be at stake.
            if (IsReserved(name))
            {
                return Refuse(output, $"\"{SafeText.Clean(name)}\" may not be a startup parameter");
            }

            if (!TryWrite(output, name, value))
            {
                return Refuse(output, $"the startup parameter \"{SafeText.Clean(name)}\" holds NUL");
            }
        }

        output.WriteByte(0);
        output.EndMessage();
        var length = output.Length - before;
        return length <= MaxLength
            ? UpstreamStep.Done
            : Refuse(output, string.Create(CultureInfo.InvariantCulture, $"the startup message would have {length} bytes, and PostgreSQL takes {MaxLength}"), "the startup parameters and the token's claims are too long for the database server");
    }

    private static bool IsReserved(string name) =>
        name.Length == 0
        || name.StartsWith("_pq_.", StringComparison.OrdinalIgnoreCase)
        || name.ToUpperInvariant() is "USER" or "DATABASE" or "ROLE" or "SESSION_AUTHORIZATION" or "REPLICATION" or "OPTIONS";

    private static bool TryWrite(MessageWriter output, string name, string value)
    {
        if (name.Contains('\0', StringComparison.Ordinal) || value.Contains('\0', StringComparison.Ordinal))
        {
            return false;
        }

        output.WriteCString(name);
        output.WriteCString(value);
        return true;
    }

    private static UpstreamStep Refuse(MessageWriter output, string logDetail, string? clientMessage = null)
    {
        output.Clear();
        return UpstreamStep.Failed(new SessionFailure(SessionEndReason.StartupParameterRefused, logDetail) { ClientMessage = clientMessage });
    }
}
