namespace PgOAuth.Testing.Enforcement;

/// <summary>A text that tries to leave the role, the lexer mode or the claims of a session, and why it must be refused.</summary>
/// <param name="Denial">The name of the expected denial reason.</param>
/// <param name="Sql">The text of one message.</param>
public sealed record EscapeAttempt(string Denial, string Sql);
