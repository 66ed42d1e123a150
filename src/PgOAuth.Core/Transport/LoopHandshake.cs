using System.Net.Security;
using PgOAuth.Protocol;

namespace PgOAuth.Transport;

/// <summary>Runs a TLS handshake away from the loop: a signature takes a millisecond, and others live there too (E20).</summary>
internal static class LoopHandshake
{
    internal static async ValueTask RunAsync<TState>(
        MessageChannel channel,
        Func<SslStream, TState, CancellationToken, Task> handshake,
        SslStream tls,
        TState state,
        CancellationToken cancellationToken)
    {
        if (channel.Connection is not { } connection)
        {
            await handshake(tls, state, cancellationToken).ConfigureAwait(false);
            return;
        }

        connection.ContinuesOnLoop = false;
        await EventLoop.Leave();
        try
        {
            await handshake(tls, state, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await connection.Loop;
            connection.ContinuesOnLoop = true;
        }
    }
}
