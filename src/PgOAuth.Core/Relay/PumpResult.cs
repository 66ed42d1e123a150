using PgOAuth.Sessions;

namespace PgOAuth.Relay;

/// <summary>How one direction of the relay ended.</summary>
internal readonly record struct PumpResult(PumpEnd End, SessionEndReason Reason, string? Detail);
