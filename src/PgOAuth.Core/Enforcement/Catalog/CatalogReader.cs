using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using PgOAuth.Diagnostics;
using PgOAuth.Protocol;
using PgOAuth.Transport;
using PgOAuth.Upstream;

namespace PgOAuth.Enforcement.Catalog;

/// <summary>Stage 7: reads a catalog over a connection of its own: first whether anything changed, then, if so, everything, in one snapshot.</summary>
internal sealed class CatalogReader(ICatalogConnector connector, CatalogLimits limits, TimeProvider time) : ICatalogSource
{
    /// <summary>The grammar's version: what a later server understands, this build may read otherwise, or not know for what it is (D51).</summary>
    private const int NewestServerVersion = 18;

    private const int BufferBytes = 64 * 1024;

    /// <exception cref="OperationCanceledException">The caller cancelled; a timeout is a result.</exception>
    public async ValueTask<CatalogReadResult> ReadAsync(CatalogKey key, CatalogSnapshot? previous, IReadOnlyCollection<string> roles, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limits.ReadTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var connected = await connector.ConnectAsync(key, either.Token).ConfigureAwait(false);
            if (connected.Connection is not { } upstream)
            {
                return CatalogReadResult.Failed(connected.Failure.LogDetail ?? connected.Failure.Reason.ToString());
            }

            await using (upstream.ConfigureAwait(false))
            {
                return await ReadAsync(upstream, key, previous, roles, either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return CatalogReadResult.Failed(string.Create(CultureInfo.InvariantCulture, $"the catalog was not read within {limits.ReadTimeout}"));
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException)
        {
            return CatalogReadResult.Failed(SafeText.Clean(e.Message));
        }
    }

    private async ValueTask<CatalogReadResult> ReadAsync(UpstreamConnection upstream, CatalogKey key, CatalogSnapshot? previous, IReadOnlyCollection<string> roles, CancellationToken cancellationToken)
    {
        // Sessions live on the loop, and this takes long.
        if (upstream.Connection is { } connection)
        {
            connection.ContinuesOnLoop = false;
            await EventLoop.Leave();
        }

        var channel = upstream.Channel;
        channel.Reserve(BufferBytes);
        var query = new CatalogQuery(channel, limits);
        var state = new CatalogState(roles);
        var step = await query.RunAsync(
            $"{CatalogQueries.Begin}{CatalogQueries.Fingerprint}; {CatalogQueries.Usage([.. roles.Where(static role => !role.Contains('\0', StringComparison.Ordinal))])}",
            results: 2,
            isInTransaction: true,
            state,
            cancellationToken).ConfigureAwait(false);
        if (!step.IsDone)
        {
            return CatalogReadResult.Failed(step.Problem);
        }

        if (state.ServerMajor is < UpstreamLogin.OldestServerVersion or > NewestServerVersion)
        {
            return CatalogReadResult.Failed(string.Create(
                CultureInfo.InvariantCulture,
                $"statements can be judged for PostgreSQL {UpstreamLogin.OldestServerVersion} to {NewestServerVersion}, and the server says that it is {state.ServerMajor}"));
        }

        if (previous is not null && previous.State.Fingerprint == state.Fingerprint)
        {
            await SayGoodbyeAsync(channel, cancellationToken).ConfigureAwait(false);
            return CatalogReadResult.Read(previous.State.Equals(state) ? previous : new CatalogSnapshot(key, previous.Content, state));
        }

        var builder = new CatalogBuilder();
        step = await query.RunAsync(
            CatalogQueries.Content + CatalogQueries.Commit, Enum.GetValues<CatalogQueries.Result>().Length, isInTransaction: false, builder, cancellationToken).ConfigureAwait(false);
        if (!step.IsDone)
        {
            return CatalogReadResult.Failed(step.Problem);
        }

        await SayGoodbyeAsync(channel, cancellationToken).ConfigureAwait(false);
        return builder.Build() is { } content
            ? CatalogReadResult.Read(new CatalogSnapshot(key, content, state))
            : CatalogReadResult.Failed("inheritance goes in a circle");
    }

    private static async ValueTask SayGoodbyeAsync(MessageChannel channel, CancellationToken cancellationToken)
    {
        channel.Output.BeginMessage(MessageTypes.Frontend.Terminate);
        channel.Output.EndMessage();
        await channel.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
