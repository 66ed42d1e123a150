namespace PgOAuth.Operations;

/// <summary>One setting in force. The row of <c>SHOW CONFIG</c>.</summary>
/// <param name="Name">The path, as in a configuration.</param>
/// <param name="Value">The value; empty when it is not set.</param>
public sealed record ConfigSetting(string Name, string Value);
