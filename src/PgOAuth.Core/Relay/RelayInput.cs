using System.Net.Security;
using PgOAuth.Transport;

namespace PgOAuth.Relay;

/// <summary>
/// Stage 6: what one direction reads from, and how it waits there: at the connection beneath where nothing can be held back
/// above it, which spares a task at each layer for each message.
/// </summary>
internal struct RelayInput
{
    private readonly TransportStream? _connection;

    // What was read ahead of the relay may not have been all that TLS had decrypted.
    private bool _mayHoldMore;

    /// <param name="stream">What is read.</param>
    /// <param name="connection">What is beneath; null when it is no loop's.</param>
    internal RelayInput(Stream stream, TransportStream? connection)
    {
        Stream = stream;
        _connection = stream == connection || stream is SslStream ? connection : null;
        _mayHoldMore = stream != connection;
    }

    internal Stream Stream { get; }

    /// <summary>Where to wait; null when only a read of the stream itself can tell whether there is something.</summary>
    internal readonly TransportStream? Connection => _mayHoldMore ? null : _connection;

    /// <summary>Notes what a read gave. One that is shorter than its room has left no whole record behind (SslStream reads on until it has none).</summary>
    internal void Read(int count, int room) => _mayHoldMore = count == room && Stream != _connection;
}
