using PgOAuth.Protocol;

namespace PgOAuth.Enforcement;

/// <summary>What the client is told for each <see cref="StatementDenial"/>: constant texts, nothing of the statement (stage 7).</summary>
/// <param name="SqlState">The SQLSTATE of the error.</param>
/// <param name="Message">The primary message.</param>
/// <param name="Hint">What to do instead.</param>
internal readonly record struct StatementDenialText(string SqlState, string Message, string Hint)
{
    private const string DoElsewhere = "Ask the administrator what this session may do, or do this on a connection that does not go through the proxy.";

    /// <summary>The text of a denial; one that this build does not know reads as unspecified.</summary>
    internal static StatementDenialText Of(StatementDenial denial) => denial switch
    {
        StatementDenial.NotReadable => new(
            SqlStates.SyntaxError,
            "the statement could not be read and was not executed",
            "Look for an unterminated quote or comment, a character that is not valid UTF-8, or a number directly followed by letters."),
        StatementDenial.StatementKind => new(
            SqlStates.InsufficientPrivilege,
            "this kind of statement is not available in this session",
            DoElsewhere),
        StatementDenial.RoleChange => new(
            SqlStates.InsufficientPrivilege,
            "the role of this session is fixed by the access token; SET ROLE and its equivalents are not available",
            "Connect with a token, or as a user name, that maps to the role you need."),
        StatementDenial.ProtectedSetting => new(
            SqlStates.InsufficientPrivilege,
            "this setting, or this value of it, is not available in this session",
            "Settings that start with pgoauth. hold the claims of the access token; standard_conforming_strings stays on, and client_encoding is UTF8."),
        StatementDenial.ComputedSetting => new(
            SqlStates.InsufficientPrivilege,
            "set_config is available only with a string literal as the name of the setting",
            "Write set_config('name', value, is_local), or use SET."),
        StatementDenial.SqlAsText => new(
            SqlStates.InsufficientPrivilege,
            "functions that execute SQL given as text are not available in this session",
            "Send the statement itself instead of handing its text to a function."),
        StatementDenial.SettingsView => new(
            SqlStates.InsufficientPrivilege,
            "pg_settings can only be read in this session",
            "Use SET to change a setting; to copy the view's rows, read them first and insert them in a second statement."),
        StatementDenial.CodeBlock => new(
            SqlStates.InsufficientPrivilege,
            "DO and definitions of functions and procedures are not available in this session",
            DoElsewhere),
        StatementDenial.FunctionCall => new(
            SqlStates.InsufficientPrivilege,
            "the function call message of the protocol can call functions for large objects only",
            "Call the function with SELECT."),
        StatementDenial.TooLong => new(
            SqlStates.ProgramLimitExceeded,
            "the statement is longer than this proxy accepts",
            "Send it in smaller parts, use parameters or COPY for the data, or ask the administrator to raise Limits:MaxStatementBytes."),
        StatementDenial.Syntax => new(
            SqlStates.SyntaxError,
            "syntax error",
            "Correct the statement."),
        StatementDenial.Policy => new(
            SqlStates.InsufficientPrivilege,
            "the access token does not allow the statement",
            "Ask the administrator what this session may do."),
        StatementDenial.NoCatalog => new(
            SqlStates.CannotConnectNow,
            "the statement cannot be checked, because the database's catalog cannot be read at the moment",
            "Try again. If it goes on, tell the administrator: the proxy's log says why."),
        StatementDenial.Outdated => new(
            SqlStates.InsufficientPrivilege,
            "the policy has changed since this cursor was opened",
            "Open it again in a new transaction; cursors WITH HOLD are closed by CLOSE ALL."),
        StatementDenial.NotPrepared => new(
            SqlStates.InvalidStatementName,
            "no prepared statement of this name is known in this session",
            "PREPARE it, or prepare it by the protocol, before EXECUTE."),
        StatementDenial.NotAudited => new(
            SqlStates.InsufficientResources,
            "the statement could not be audited and was not executed",
            "Try again later. If it goes on, tell the administrator: the audit's sinks are slower than the statements."),
        _ => new(
            SqlStates.InsufficientPrivilege,
            "the statement is not allowed in this session",
            "Ask the administrator what this session may do."),
    };
}
