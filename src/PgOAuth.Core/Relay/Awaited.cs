namespace PgOAuth.Relay;

/// <summary>What must have come before the relay looks at what is left of its input.</summary>
internal enum Awaited : byte
{
    /// <summary>More input.</summary>
    Input,

    /// <summary>A server connection: it goes to a server, and none is attached.</summary>
    Server,

    /// <summary>The policy and the catalog: it cannot be judged until the gate is refreshed.</summary>
    Policy,

    /// <summary>What the server says to the prelude, or to some of what it was sent: it must not go before.</summary>
    Reply,
}
