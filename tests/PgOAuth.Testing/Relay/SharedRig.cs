using PgOAuth.Diagnostics;
using PgOAuth.Enforcement;
using PgOAuth.Relay;
using PgOAuth.Sessions;
using static PgOAuth.Testing.FrontendMessages;
using static PgOAuth.Testing.Upstream.BackendMessages;

namespace PgOAuth.Testing.Relay;

/// <summary>The steps of transaction mode without input and output: each round trip takes the server connection, and gives it back.</summary>
public sealed class SharedRig : IDisposable
{
    private readonly PgOAuthMetrics _metrics = new(null, "");
    private readonly ServerConversation _server = new(new ReportedSettingsTable(), maxStatements: 200);
    private readonly ClientConversation _client = new();
    private readonly ClientStep _clientStep;
    private readonly ServerStep _serverStep;

    /// <summary>A session that has prepared the statement of <see cref="RelayConversation.Prepared"/>.</summary>
    public SharedRig()
    {
        _clientStep = new ClientStep(_client, new StatementCache(new SessionStateGuard()), isGuarded: true, isMultiplexed: true, 16 << 20, _metrics);
        _serverStep = new ServerStep(_server, "service", allowSuperuser: false);
        RoundTrip(new RelayConversation(
            [.. Parse("SELECT abalance FROM pgbench_accounts WHERE aid = $1;", "P_0"), .. Sync],
            [.. Message('1'), .. ReadyForQuery()]));
    }

    /// <summary>One transaction.</summary>
    /// <returns>The bytes that go to the client.</returns>
    /// <exception cref="InvalidOperationException">The connection could not be given back behind it.</exception>
    public int RoundTrip(RelayConversation conversation)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        _clientStep.Attach(_server);
        _serverStep.Client = _client;
        Run(_clientStep, conversation.Request);
        var told = Run(_serverStep, conversation.Reply);
        if (!_server.IsIdle || !_server.IsAccountable)
        {
            throw new InvalidOperationException("The replies do not fit what was sent.");
        }

        _clientStep.Detach();
        _serverStep.Client = null;
        return told;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _clientStep.Dispose();
        _serverStep.Dispose();
        _metrics.Dispose();
    }

    private static int Run(RelayStep step, ReadOnlySpan<byte> input)
    {
        var written = 0;
        while (!input.IsEmpty)
        {
            var action = step.Step(input);
            if (action.End is not null || action.Forward + action.Skip == 0)
            {
                throw new InvalidOperationException("The step does not go on.");
            }

            written += action.Forward + step.Replacement.Length;
            step.Replacement.Clear();
            input = input[(action.Forward + action.Skip)..];
        }

        return written;
    }
}
