namespace PgOAuth.Diagnostics;

public static partial class PgOAuthEventIds
{
    /// <summary>A session is logged in.</summary>
    public const int SessionStarted = 9000;

    /// <summary>A session ended, with the reason.</summary>
    public const int SessionEnded = 9001;

    /// <summary>A defect in the proxy ended a session.</summary>
    public const int SessionFaulted = 9002;

    /// <summary>The proxy was asked to stop.</summary>
    public const int DrainStarted = 9010;

    /// <summary>The proxy has stopped.</summary>
    public const int DrainFinished = 9011;
}
