using PgOAuth.Diagnostics;
using PgOAuth.Enforcement;
using PgOAuth.Relay;

namespace PgOAuth.Testing.Relay;

/// <summary>Both pumps of a session between a client and a server that are no more than bytes. One thread, no network, no timer.</summary>
public sealed class RelayRig : IDisposable
{
    private readonly RelayConversation _conversation;
    private readonly PgOAuthMetrics _metrics = new(null, "");
    private readonly CancellationTokenSource _stop = new();
    private readonly FedStream _client;
    private readonly FedStream _server;
    private readonly ClientStep _clientStep;
    private readonly ServerStep _serverStep;
    private readonly Task<PumpResult> _clientPump;
    private readonly Task<PumpResult> _serverPump;
    private int _requested;
    private int _replied;

    /// <summary>Starts the pumps.</summary>
    public RelayRig(RelayConversation conversation, bool isMultiplexed = false)
    {
        _conversation = conversation;
        var server = new ServerConversation(new ReportedSettingsTable(), maxStatements: 200);
        var client = new ClientConversation();
        _clientStep = new ClientStep(client, new StatementCache(new SessionStateGuard()), isGuarded: true, isMultiplexed, 16 << 20, _metrics);
        _clientStep.Attach(server);
        _serverStep = new ServerStep(server, "service", allowSuperuser: false) { Client = client };
        _client = new FedStream(count => _replied += count);
        _server = new FedStream(ServerReceived);

        // As a session runs them: with a token that can fire.
        _clientPump = new RelayPump(_client, _server, _clientStep, default).RunAsync(_stop.Token);
        _serverPump = new RelayPump(_server, _client, _serverStep, default).RunAsync(_stop.Token);
    }

    /// <summary>One request and its reply, from the client's first byte to its last.</summary>
    /// <returns>The bytes that reached the client.</returns>
    /// <exception cref="InvalidOperationException">Not everything passed.</exception>
    public int RoundTrip()
    {
        _requested = _replied = 0;
        _client.Feed(_conversation.Request);
        return _replied == _conversation.Reply.Length
            ? _replied
            : throw new InvalidOperationException($"{_requested} bytes of the request and {_replied} of the reply passed; pumps {_clientPump.Status}, {_serverPump.Status}.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.End();
        _server.End();
        _clientStep.Dispose();
        _serverStep.Dispose();
        _stop.Dispose();
        _metrics.Dispose();
    }

    private void ServerReceived(int count)
    {
        _requested += count;
        if (_requested == _conversation.Request.Length)
        {
            _server.Feed(_conversation.Reply);
        }
    }
}
