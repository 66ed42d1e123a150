using System.Globalization;
using System.Text;
using PgOAuth.Diagnostics;
using PgOAuth.Enforcement;
using PgOAuth.Relay;
using PgOAuth.Sessions;

namespace PgOAuth.IntegrationTests.Relay;

/// <summary>Random batches of several clients, once on connections of their own and once on two that they share.</summary>
internal sealed class OracleRun : IDisposable
{
    private const int Clients = 3;
    private const int Servers = 2;

    private readonly string _host;
    private readonly int _port;
    private readonly Random _random;
    private readonly OracleScript _script;
    private readonly PgOAuthMetrics _metrics = new(null, "");
    private readonly StatementCache _cache = new(null);
    private readonly ReportedSettingsTable _settings = new();
    private readonly List<Session> _sessions = [];
    private readonly List<Shared> _servers = [];
    private readonly StringBuilder _history = new();

    internal OracleRun(string host, int port, int seed)
    {
        _host = host;
        _port = port;
        _random = new Random(seed);
        _script = new OracleScript(_random);
    }

    /// <summary>Server connections that had to be closed because nobody could tell what they owe.</summary>
    internal int Unaccountable { get; private set; }

    /// <summary>How often a message had to wait until the server had answered the prelude.</summary>
    internal int Waits { get; private set; }

    /// <summary>What was played so far.</summary>
    internal string History => _history.ToString();

    internal async Task PlayAsync(int turns, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Clients; i++)
        {
            var own = await OracleConnection.OpenAsync(_host, _port, cancellationToken);
            var conversation = new ClientConversation { Settings = _settings.WithAll(ReportedSettings.None, own.StartupMessages) };
            var step = new ClientStep(conversation, _cache, isGuarded: false, isMultiplexed: true, 1 << 20, _metrics);
            _sessions.Add(new Session(own, conversation, step, [new SettingValue("pgoauth.sub", "client" + i.ToString(CultureInfo.InvariantCulture))]));
        }

        for (var i = 0; i < Servers; i++)
        {
            _servers.Add(await OpenAsync(cancellationToken));
        }

        for (var turn = 0; turn < turns; turn++)
        {
            var hasFree = _servers.Exists(static server => server.User is null);
            var able = _sessions.FindAll(session => hasFree || session.Server is not null);
            var session = able[_random.Next(able.Count)];
            var batch = _script.Next(session.Status == 'E');
            _history.Append(CultureInfo.InvariantCulture, $"\n{_sessions.IndexOf(session)}{(session.Server is null ? "" : "+")}: {batch.Text}");
            if (session.Status == 'I')
            {
                await session.Own.RunAsync($"select set_config('pgoauth.sub', '{Encoding.UTF8.GetString(session.Claims[0].Value)}', false)", cancellationToken);
            }

            await session.Own.SendAsync(batch.Bytes, cancellationToken);
            var expected = await session.Own.ReadToEndAsync(cancellationToken);
            session.Status = expected[^1][^1];
            var actual = await ShareAsync(session, batch.Bytes, cancellationToken);
            _history.Append("=> ").AppendJoin(' ', expected.Select(static line => line[0] is 'E' or 'Z' ? line : line[..1]));
            if (!expected.SequenceEqual(actual))
            {
                throw new InvalidOperationException($"expected {string.Join(" | ", expected)}\nactual   {string.Join(" | ", actual)}");
            }
        }
    }

    public void Dispose()
    {
        _sessions.ForEach(static session => session.Own.Dispose());
        _servers.ForEach(static server => server.Connection.Dispose());
        _metrics.Dispose();
    }

    private async Task<List<string>> ShareAsync(Session session, byte[] batch, CancellationToken cancellationToken)
    {
        var client = new OracleTranscript();
        var pending = new ReadOnlyMemory<byte>(batch);
        var length = _random.Next(1, batch.Length + 1);
        var upTo = 0;
        while (true)
        {
            // What has come so far, a piece more each time; the rest only when the step can do nothing with it.
            upTo = Math.Min(Math.Max(upTo, length), pending.Length);
            var action = session.Step.Step(pending[..upTo].Span);
            var toServer = new List<byte>();
            toServer.AddRange(pending[..action.Forward].Span);
            toServer.AddRange(session.Step.Replacement.WrittenSpan);
            session.Step.Replacement.Clear();
            pending = pending[(action.Forward + action.Skip)..];
            upTo -= action.Forward + action.Skip;
            if (toServer.Count > 0)
            {
                await session.Server!.Connection.SendAsync(toServer.ToArray(), cancellationToken);
            }

            if (action.End is not null)
            {
                throw new InvalidOperationException($"The client's step ended with {action.End}");
            }

            if (action.Awaits is Awaited.Server)
            {
                Attach(session);
                upTo = Math.Max(upTo, 1);
            }
            else if (action.Awaits is Awaited.Reply)
            {
                while (session.Step.AwaitsReply)
                {
                    await ReceiveAsync(session.Server!, client, cancellationToken);
                }

                Waits++;
            }
            else if (pending.IsEmpty)
            {
                break;
            }
            else if (action.Forward + action.Skip == 0)
            {
                upTo = Math.Max(upTo + length, action.Need);
            }
        }

        var server = session.Server!;
        while (!client.IsAtEnd)
        {
            await ReceiveAsync(server, client, cancellationToken);
        }

        if (server.Conversation.IsIdle)
        {
            await ReleaseAsync(session, cancellationToken);
        }

        return client.Lines;
    }

    private async Task ReceiveAsync(Shared server, OracleTranscript client, CancellationToken cancellationToken)
    {
        var read = await server.Connection.ReadAsync(_random.Next(1, 400), cancellationToken);
        Feed(server, read, client);
        if (read.Length == 0)
        {
            throw new EndOfStreamException("The server closed the shared connection behind " + string.Join(" | ", client.Lines));
        }
    }

    private static void Feed(Shared server, ReadOnlySpan<byte> read, OracleTranscript client)
    {
        server.Pending.AddRange(read);
        while (server.Pending.Count > 0)
        {
            var action = server.Step.Step(server.Pending.ToArray());
            client.Add([.. server.Pending[..action.Forward], .. server.Step.Replacement.WrittenSpan]);
            server.Step.Replacement.Clear();
            server.Pending.RemoveRange(0, action.Forward + action.Skip);
            if (action.End is not null)
            {
                throw new InvalidOperationException($"The server's step ended with {action.End}");
            }

            if (action.Forward + action.Skip == 0)
            {
                return;
            }
        }
    }

    private void Attach(Session session)
    {
        var free = _servers.Where(static server => server.User is null).ToList();
        var server = free[_random.Next(free.Count)];
        var isAnother = server.Last != session;
        var needsReset = isAnother && ((server.Conversation.Effects & SessionEffects.Touched) != 0 || _random.Next(8) == 0);
        var needsClaims = isAnother || needsReset || (server.Conversation.Effects & SessionEffects.Resets) != 0;
        server.Conversation.Effects &= ~SessionEffects.Resets;
        server.User = server.Last = session;
        session.Server = server;
        session.Step.Attach(server.Conversation, needsReset, needsClaims ? session.Claims : []);
        server.Step.Client = session.Conversation;
    }

    private async Task ReleaseAsync(Session session, CancellationToken cancellationToken)
    {
        var server = session.Server!;
        session.Step.Detach();
        session.Server = null;
        server.Step.Client = null;
        server.User = null;
        if (!server.Conversation.IsAccountable)
        {
            Unaccountable++;
            server.Connection.Dispose();
            _servers[_servers.IndexOf(server)] = await OpenAsync(cancellationToken);
        }
    }

    private async Task<Shared> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await OracleConnection.OpenAsync(_host, _port, cancellationToken);
        var conversation = new ServerConversation(_settings, maxStatements: 4) { Settings = _settings.WithAll(ReportedSettings.None, connection.StartupMessages) };
        return new Shared(connection, conversation, new ServerStep(conversation, OracleConnection.User, allowSuperuser: true));
    }

    private sealed class Session(OracleConnection own, ClientConversation conversation, ClientStep step, SettingValue[] claims)
    {
        internal OracleConnection Own => own;

        internal ClientConversation Conversation => conversation;

        internal ClientStep Step => step;

        internal SettingValue[] Claims => claims;

        internal Shared? Server { get; set; }

        internal char Status { get; set; } = 'I';
    }

    private sealed class Shared(OracleConnection connection, ServerConversation conversation, ServerStep step)
    {
        internal OracleConnection Connection => connection;

        internal ServerConversation Conversation => conversation;

        internal ServerStep Step => step;

        internal List<byte> Pending { get; } = [];

        internal Session? User { get; set; }

        internal Session? Last { get; set; }
    }
}
