using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using PgOAuth.Diagnostics;
using PgOAuth.Enforcement;
using PgOAuth.Sessions;
using Xunit;

namespace PgOAuth.Relay;

/// <summary>Clients and server connections in transaction mode, without a network: what each side gets, as text.</summary>
internal sealed partial class SharedConnections(int maxStatements = 200, bool isGuarded = true, int maxStatementBytes = 1 << 20) : IDisposable
{
    private readonly PgOAuthMetrics _metrics = new(null, "");

    internal ReportedSettingsTable Settings { get; } = new();

    internal StatementCache Cache { get; } = new(isGuarded ? new SessionStateGuard() : null);

    /// <summary>Bytes per piece in which everything comes.</summary>
    internal int Pieces { get; set; } = int.MaxValue;

    public void Dispose() => _metrics.Dispose();

    internal Client NewClient() => new(this);

    internal Server NewServer() => new(this);

    /// <summary>The name of a statement on servers, as <see cref="Describe"/> writes it.</summary>
    internal string Name(string sql) => Encoding.ASCII.GetString(Cache.GetParse(Encoding.UTF8.GetBytes(sql), [0, 0]).ServerName);

    /// <summary>Messages as text: the type, and in brackets the strings at the front.</summary>
    internal static string Describe(IEnumerable<byte> bytes)
    {
        var text = new StringBuilder();
        var rest = bytes.ToArray().AsSpan();
        while (!rest.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(rest[1..]);
            var type = (char)rest[0];
            var body = rest[5..(length + 1)];
            var strings = Encoding.UTF8.GetString(body).Split('\0');
            text.Append(text.Length > 0 ? " " : "").Append(type).Append(type switch
            {
                'B' or 'P' => $"({strings[0]},{strings[1]})",
                'Q' or 'D' or 'C' or 'E' when body.Length > 0 => $"({strings[0]})",
                'Z' => $"({strings[0]})",
                _ => "",
            });
            rest = rest[(length + 1)..];
        }

        return PreludeNames().Replace(text.ToString(), "check");
    }

    [GeneratedRegex("pgoauth_set_[0-9a-f]{24}_[0-9]+")]
    private static partial Regex PreludeNames();

    internal sealed class Client
    {
        private readonly SharedConnections _owner;
        private readonly StepDriver _driver;

        internal Client(SharedConnections owner)
        {
            _owner = owner;
            Step = new ClientStep(Conversation, owner.Cache, owner.Guarded, isMultiplexed: true, owner.MaxStatement, owner._metrics);
            _driver = new StepDriver(Step);
        }

        internal ClientConversation Conversation { get; } = new();

        internal ClientStep Step { get; }

        internal SessionEndReason End => _driver.End;

        /// <summary>Takes a server connection for what follows.</summary>
        internal Client Use(Server server, bool reset = false, params SettingValue[] settings)
        {
            Step.Attach(server.Conversation, reset, settings);
            server.Step.Client = Conversation;
            return this;
        }

        /// <summary>Gives it back; it must be idle.</summary>
        internal void Leave(Server server)
        {
            Assert.True(server.Conversation is { IsIdle: true, IsAccountable: true });
            Assert.True(Step.IsAtBoundary && server.Step.IsAtBoundary);
            Step.Detach();
            server.Step.Client = null;
        }

        /// <summary>What goes to the server.</summary>
        internal string Send(params byte[] messages)
        {
            _driver.Output.Clear();
            _driver.Feed(messages, _owner.Pieces);
            return Describe(_driver.Output);
        }

        internal byte[] LastSent => [.. _driver.Output];
    }

    internal sealed class Server
    {
        private readonly SharedConnections _owner;
        private readonly StepDriver _driver;

        internal Server(SharedConnections owner)
        {
            _owner = owner;
            Conversation = new ServerConversation(owner.Settings, owner.MaxStatements);
            Step = new ServerStep(Conversation, "service", allowSuperuser: false);
            _driver = new StepDriver(Step);
        }

        internal ServerConversation Conversation { get; }

        internal ServerStep Step { get; }

        internal SessionEndReason End => _driver.End;

        /// <summary>What reaches the client.</summary>
        internal string Say(params byte[] messages)
        {
            _driver.Output.Clear();
            _driver.Feed(messages, _owner.Pieces);
            return Describe(_driver.Output);
        }
    }

    private bool Guarded => isGuarded;

    private int MaxStatement => maxStatementBytes;

    private int MaxStatements => maxStatements;
}
