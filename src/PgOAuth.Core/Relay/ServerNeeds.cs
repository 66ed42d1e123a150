namespace PgOAuth.Relay;

/// <summary>Stage 6: what a server connection needs before a session's first message, beside the session's reported settings.</summary>
/// <param name="Reset">Whether DISCARD ALL comes first.</param>
/// <param name="Settings">The claims, where the connection does not have them already; null for none.</param>
internal readonly record struct ServerNeeds(bool Reset, SettingValue[]? Settings);
