namespace PgOAuth.Samples.Terminal.Commands;

/// <summary>Something the person at the keyboard can put right; the message says what.</summary>
internal sealed class CommandException : Exception
{
    public CommandException(string message)
        : base(message)
    {
    }

    public CommandException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public CommandException()
    {
    }
}
