namespace PgOAuth.Relay;

/// <summary>
/// What one step of the relay asks its transport to do, in this order: send the first <see cref="Forward"/> bytes of the
/// input as they are, send what the step wrote as a replacement, drop the next <see cref="Skip"/> bytes, end.
/// </summary>
internal readonly struct RelayAction
{
    internal RelayAction(int forward, int skip = 0, int need = 0, Refusal? end = null, Awaited awaits = Awaited.Input)
    {
        Awaits = awaits;
        Forward = forward;
        Skip = skip;
        Need = need;
        End = end;
    }

    internal int Forward { get; }

    internal int Skip { get; }

    /// <summary>Bytes that the next step must see at once, from the first one that is left; 0 when any will do.</summary>
    internal int Need { get; }

    /// <summary>When to step again.</summary>
    internal Awaited Awaits { get; }

    /// <summary>Why the session ends behind all that; null when it does not.</summary>
    internal Refusal? End { get; }
}
