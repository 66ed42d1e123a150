using PgOAuth.Sessions;

namespace PgOAuth.Operations.AdminDatabase;

/// <summary>What came of a command: rows, done, an error, or the end of the session.</summary>
internal sealed record AdminAnswer
{
    /// <summary>The rows of a SHOW command.</summary>
    internal ConsoleTable? Table { get; private init; }

    /// <summary>What to say beside it.</summary>
    internal string? Notice { get; private init; }

    /// <summary>SQLSTATE of the error; null when there is none.</summary>
    internal string? SqlState { get; private init; }

    /// <summary>The error's message.</summary>
    internal string? Message { get; private init; }

    internal string? Detail { get; private init; }

    internal string? Hint { get; private init; }

    /// <summary>Why the session must end.</summary>
    internal SessionFailure? End { get; private init; }

    internal static AdminAnswer Rows(ConsoleTable? table) => new() { Table = table };

    internal static AdminAnswer Done(string? notice = null) => new() { Notice = notice };

    internal static AdminAnswer Error(string sqlState, string message, string? hint = null, string? detail = null) =>
        new() { SqlState = sqlState, Message = message, Hint = hint, Detail = detail };

    internal static AdminAnswer Ended(SessionFailure failure) => new() { End = failure };
}
