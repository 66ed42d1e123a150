using PgOAuth.Sessions;

namespace PgOAuth.Relay;

/// <summary>Why a session ends at a message. Made once in a session's life, so that what is made for each message stays small.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Detail">For the log: a constant, nothing of the message.</param>
internal sealed record Refusal(SessionEndReason Reason, string? Detail);
