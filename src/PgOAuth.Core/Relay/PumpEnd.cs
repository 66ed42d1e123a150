namespace PgOAuth.Relay;

/// <summary>The ways a pump ends.</summary>
internal enum PumpEnd
{
    /// <summary>Asked to stop.</summary>
    Stopped,

    /// <summary>The stream it reads from ended or failed.</summary>
    SourceClosed,

    /// <summary>The stream it writes to failed.</summary>
    DestinationFailed,

    /// <summary>The step ended the session.</summary>
    Decided,
}
