using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using PgOAuth.Diagnostics;
using PgOAuth.Enforcement;
using PgOAuth.Options;
using PgOAuth.Protocol;
using PgOAuth.Relay;
using PgOAuth.Sessions;
using PgOAuth.Upstream;

namespace PgOAuth.Testing.Relay;

/// <summary>Both directions of a session between a client and a server that are no more than bytes. One thread, no network, no timer.</summary>
public sealed class RelayRig : IDisposable
{
    private readonly RelayConversation _conversation;
    private readonly PgOAuthMetrics _metrics = new(null, "");
    private readonly CancellationTokenSource _stop = new();
    private readonly FedStream _client;
    private readonly FedStream _server;
    private readonly SessionRelay _relay;
    private readonly ServerLink _link;
    private readonly OneServer _source;
    private readonly Task<SessionFailure> _run;
    private int _requested;
    private int _replied;

    /// <summary>Starts both directions.</summary>
    /// <param name="conversation">What is said.</param>
    /// <param name="isMultiplexed">Whether the server connection is given back behind each transaction, as in transaction mode.</param>
    public RelayRig(RelayConversation conversation, bool isMultiplexed = false)
    {
        _conversation = conversation;
        _client = new FedStream(count => _replied += count);
        _server = new FedStream(ServerReceived);
        var server = new ServerConversation(new ReportedSettingsTable(), maxStatements: 200);
        _link = new ServerLink(Connection(), new ServerStep(server, "service", allowSuperuser: false), server);
        var client = new ClientConversation();
        var step = new ClientStep(client, new StatementCache(new SessionStateGuard()), isGuarded: true, isMultiplexed, 16 << 20, _metrics);
        _source = new OneServer(_link, isMultiplexed);
        _relay = new SessionRelay(_client, null, default, client, step, _source, _stop);
        if (!isMultiplexed)
        {
            _relay.Attach(_link, default);
        }

        _link.Start();
        _run = _relay.RunAsync().AsTask();
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
            : throw new InvalidOperationException($"{_requested} bytes of the request and {_replied} of the reply passed; completed: {_run.IsCompleted}, {_link.Completion.Status}.");
    }

    /// <summary>How often the server connection was given back for others to use.</summary>
    public int GivenBack => _source.GivenBack;

    /// <summary>How often it was to be closed instead.</summary>
    public int Discarded => _source.Discarded;

    /// <summary>The request, of a client that takes its reply only when <paramref name="taken"/> is over.</summary>
    public void Ask(Task taken)
    {
        _requested = _replied = 0;
        _client.Held = taken;
        _client.Feed(_conversation.Request);
        _client.Held = null;
    }

    /// <summary>More of the client's bytes.</summary>
    public void Say(ReadOnlyMemory<byte> bytes) => _client.Feed(bytes);

    /// <summary>The client is gone.</summary>
    public void Leave() => _client.End();

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.End();
        _server.End();
        _relay.Dispose();
        _stop.Dispose();
        _metrics.Dispose();
    }

    private UpstreamConnection Connection()
    {
        var request = new UpstreamConnectRequest
        {
            Server = UpstreamServer.Compile("main", new UpstreamServerOptions { Host = "127.0.0.1" }, [])!,
            Database = "shop",
            Role = "analyst",
            Mode = UpstreamMode.AssumeRole,
            Credential = new UpstreamCredential("service", null),
        };
        return new UpstreamConnection(new MessageChannel(_server), [], 4711, [], request, new IPEndPoint(IPAddress.Loopback, 1), TestTransport.Dialer, NullLogger.Instance);
    }

    private void ServerReceived(int count)
    {
        _requested += count;
        if (_requested == _conversation.Request.Length)
        {
            _server.Feed(_conversation.Reply);
        }
    }

    private sealed class OneServer(ServerLink link, bool isMultiplexed) : ServerSource
    {
        internal override bool IsShared => isMultiplexed;

        internal override bool IsGivenBackWhenIdle => isMultiplexed;

        internal override ValueTask<ServerLink> TakeAsync(CancellationToken cancellationToken) => new(link);

        internal override void Begin(SessionRelay session)
        {
        }

        internal override ServerNeeds Prepare(SessionRelay session) => default;

        internal override bool TryCancelWait() => false;

        public override void Dispose()
        {
        }

        internal int GivenBack { get; private set; }

        internal int Discarded { get; private set; }

        internal override void GiveBack(ServerLink server) => GivenBack++;

        internal override void Discard(ServerLink server) => Discarded++;
    }
}
