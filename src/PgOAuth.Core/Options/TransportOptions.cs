namespace PgOAuth.Options;

/// <summary>Stage 6: what moves the bytes between clients, proxy and servers.</summary>
public sealed class TransportOptions
{
    /// <summary>The transport. Both behave the same; they differ in what a message costs.</summary>
    /// <value>Default: <see cref="TransportKind.Auto"/>.</value>
    public TransportKind Kind { get; set; } = TransportKind.Auto;

    /// <summary>Event loops that the connections are shared out to.</summary>
    /// <value>Default: 0, as many as there are cores.</value>
    public int Loops { get; set; }
}
