namespace PgOAuth.Operations.AdminDatabase;

/// <summary>A bound command of the extended protocol, and how far its rows have been sent.</summary>
internal sealed class AdminPortal(AdminCommand? command, short[] formats)
{
    /// <summary>Null for an empty query.</summary>
    internal AdminCommand? Command { get; } = command;

    /// <summary>None for text, one for all columns, or one for each.</summary>
    internal short[] Formats { get; } = formats;

    /// <summary>The rows, once executed.</summary>
    internal ConsoleTable? Table { get; set; }

    internal bool IsExecuted { get; set; }

    internal int RowsSent { get; set; }

    internal bool IsBinary(int column) => Formats.Length > 0 && Formats[Formats.Length == 1 ? 0 : column] == 1;
}
