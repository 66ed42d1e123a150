using System.Buffers.Text;
using PgOAuth.Protocol;
using Types = PgOAuth.Protocol.MessageTypes.Frontend;

namespace PgOAuth.Relay;

/// <summary>
/// Stage 6: what is sent in front of a session's first message, so that the session finds its own settings and claims:
/// DISCARD ALL, the settings, a Parse of an empty statement, Sync, a Describe of that statement. If anything fails, the
/// statement does not exist, the Describe fails, and PostgreSQL discards what the client sent behind it. The Describe
/// takes no snapshot, so that <c>BEGIN ISOLATION LEVEL SERIALIZABLE</c> can still come first.
/// </summary>
internal ref struct Prelude
{
    private const ReplyUse Own = ReplyUse.Drop | ReplyUse.Required;

    private readonly ServerConversation _server;
    private readonly MessageWriter _output;

    private Prelude(ServerConversation server, MessageWriter output)
    {
        _server = server;
        _output = output;
    }

    /// <summary>Writes it, where anything has to be done.</summary>
    /// <param name="server">An idle connection.</param>
    /// <param name="client">The settings that the session was told; those which the server reported otherwise are set.</param>
    /// <param name="reset">Whether DISCARD ALL comes first.</param>
    /// <param name="settings">What else the session needs: the claims.</param>
    /// <param name="output">Receives the messages.</param>
    internal static void Write(ServerConversation server, ReportedSettings client, bool reset, ReadOnlySpan<SettingValue> settings, MessageWriter output)
    {
        if (reset || !settings.IsEmpty || SettableSettings.Differ(client, server.Settings))
        {
            var prelude = new Prelude(server, output);
            prelude.Write(client, reset, settings);
            prelude.Describe();
        }
    }

    /// <summary>The claims again, behind a DISCARD ALL of the client's; the check comes in front of the client's next message.</summary>
    internal static void WriteAgain(ServerConversation server, ReadOnlySpan<SettingValue> claims, MessageWriter output) =>
        new Prelude(server, output).Write(ReportedSettings.None, reset: false, claims);

    /// <summary>The Describe alone, for a batch that is sent before the prelude's success is known.</summary>
    internal static void WriteCheck(ServerConversation server, MessageWriter output) => new Prelude(server, output).Describe();

    private readonly void Write(ReportedSettings client, bool reset, ReadOnlySpan<SettingValue> settings)
    {
        var name = _server.PreludeName;
        Name(Types.Close, name.Text, ReplyKind.Close);
        name.Next();
        if (reset)
        {
            _server.ResetSent();
            Parse(default, "DISCARD ALL"u8);
            Bind(0);
            _output.WriteInt16(0);
            Execute();
        }

        // Values arrive as UTF-8. Another encoding, of the last session or of the login, would garble them; the client's comes last.
        if (reset || (_server.Settings.Find(SettableSettings.ClientEncoding) is { } before && !SettableSettings.Utf8.SequenceEqual(before)))
        {
            SetOne(SettableSettings.ClientEncoding, SettableSettings.Utf8);
        }

        SetAll(client, settings, isCertain: !reset);
        if (client.Find(SettableSettings.ClientEncoding) is { } encoding && !SettableSettings.Utf8.SequenceEqual(encoding))
        {
            SetOne(SettableSettings.ClientEncoding, encoding);
        }

        Parse(name.Text, default);
        _output.BeginMessage(Types.Sync);
        _output.EndMessage();
        Owe(ReplyKind.Sync);
        _server.SetUnnamed(null);
        _server.PreludeSent(_server.Replies.NextNumber);
    }

    // One statement for all. Names and values travel as parameters: there is nothing to quote, whatever they hold.
    private readonly void SetAll(ReportedSettings client, ReadOnlySpan<SettingValue> settings, bool isCertain)
    {
        var count = settings.Length;
        foreach (var value in client.Values)
        {
            count += IsToSet(value, isCertain) ? 1 : 0;
        }

        if (count == 0)
        {
            return;
        }

        ParseSet(count);
        Bind(count * 2);
        foreach (var value in client.Values)
        {
            if (IsToSet(value, isCertain))
            {
                Parameter(value.Name);
                Parameter(value.Value);
            }
        }

        foreach (var value in settings)
        {
            Parameter(value.Name);
            Parameter(value.Value);
        }

        _output.WriteInt16(0);
        Execute();
    }

    private readonly void SetOne(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        ParseSet(1);
        Bind(2);
        Parameter(name);
        Parameter(value);
        _output.WriteInt16(0);
        Execute();
    }

    private readonly bool IsToSet(in SettingValue value, bool isCertain) =>
        !SettableSettings.ClientEncoding.SequenceEqual(value.Name) && SettableSettings.Differs(value, _server.Settings, isCertain);

    private readonly void ParseSet(int count)
    {
        Span<byte> digits = stackalloc byte[11];
        _output.BeginMessage(Types.Parse);
        _output.WriteByte(0);
        for (var i = 0; i < count; i++)
        {
            // Qualified: the search path may be anybody's (A11).
            _output.WriteBytes(i == 0 ? "SELECT pg_catalog.set_config($"u8 : ",pg_catalog.set_config($"u8);
            Utf8Formatter.TryFormat((i * 2) + 1, digits, out var length);
            _output.WriteBytes(digits[..length]);
            _output.WriteBytes(",$"u8);
            Utf8Formatter.TryFormat((i * 2) + 2, digits, out length);
            _output.WriteBytes(digits[..length]);
            _output.WriteBytes(",false)"u8);
        }

        _output.WriteByte(0);
        _output.WriteInt16(0);
        _output.EndMessage();
        Owe(ReplyKind.Parse);
    }

    private readonly void Parse(ReadOnlySpan<byte> name, ReadOnlySpan<byte> sql)
    {
        _output.BeginMessage(Types.Parse);
        _output.WriteCString(name);
        _output.WriteCString(sql);
        _output.WriteInt16(0);
        _output.EndMessage();
        Owe(ReplyKind.Parse);
    }

    // Leaves the message open for its parameters and the format of the result.
    private readonly void Bind(int parameters)
    {
        _output.BeginMessage(Types.Bind);
        _output.WriteByte(0);
        _output.WriteByte(0);
        _output.WriteInt16(0);
        _output.WriteInt16(checked((short)parameters));
    }

    private readonly void Parameter(ReadOnlySpan<byte> value)
    {
        _output.WriteInt32(value.Length);
        _output.WriteBytes(value);
    }

    private readonly void Execute()
    {
        _output.EndMessage();
        Owe(ReplyKind.Bind);
        _output.BeginMessage(Types.Execute);
        _output.WriteByte(0);
        _output.WriteInt32(0);
        _output.EndMessage();
        Owe(ReplyKind.Execute);
    }

    private readonly void Describe() => Name(Types.Describe, _server.PreludeName.Text, ReplyKind.DescribeStatement);

    private readonly void Name(byte type, ReadOnlySpan<byte> name, ReplyKind kind)
    {
        _output.BeginMessage(type);
        _output.WriteByte((byte)'S');
        _output.WriteCString(name);
        _output.EndMessage();
        Owe(kind);
    }

    private readonly void Owe(ReplyKind kind) => _server.Replies.Add(new OwedReply(kind, Own));
}
