using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using PgOAuth.Testing;
using PgOAuth.Testing.Wire;
using static PgOAuth.Testing.Upstream.BackendMessages;

namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>A session, to a proxy or a server, that sends steps together and looks for markers in every byte that comes back.</summary>
internal sealed class LeakConnection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    private LeakConnection(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Whether the details of violated constraints are overlooked: they hold rows, and the gate takes them out (D41).</summary>
    public bool OverlooksRowDetails { get; init; }

    public System.Net.EndPoint? LocalEndPoint => _socket.LocalEndPoint;

    /// <summary>Bytes that were searched.</summary>
    public long Received { get; private set; }

    /// <summary>Logs in; the password is for a proxy, a server must trust the connection.</summary>
    public static async Task<LeakConnection> OpenAsync(string host, int port, string? password, bool overlooksRowDetails, params (string Name, string Value)[] parameters)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(host, port);
        var connection = new LeakConnection(socket) { OverlooksRowDetails = overlooksRowDetails };
        await connection._stream.WriteAsync((byte[])[.. FrontendMessages.Startup(parameters), .. password is null ? [] : FrontendMessages.Password(password)]);
        var answer = await connection.ReadAnswerAsync();
        return answer.Error is null ? connection : throw new InvalidOperationException("The session was refused: " + answer.Error);
    }

    /// <summary>Sends all and gives the answers in their order; fewer when the session ended.</summary>
    public async Task<List<LeakAnswer>> RunAsync(IReadOnlyList<LeakStep> steps)
    {
        var answers = new List<LeakAnswer>(steps.Count);
        var sent = 0;
        var bytes = new List<byte>();
        while (sent < steps.Count)
        {
            bytes.Clear();
            var first = sent;
            do
            {
                bytes.AddRange(BytesOf(steps[sent++]));
            }
            while (sent < steps.Count && !steps[sent - 1].IsBarrier);

            try
            {
                await _stream.WriteAsync(bytes.ToArray());
            }
            catch (IOException)
            {
                // What there was to say can be read.
            }

            for (; first < sent; first++)
            {
                LeakAnswer answer;
                try
                {
                    answer = await ReadAnswerAsync();
                }
                catch (TimeoutException error)
                {
                    throw new TimeoutException($"{error.Message}\nAnswered: {string.Join('\n', steps.Take(first))}\nNot answered: {string.Join('\n', steps.Skip(first).Take(sent - first))}", error);
                }

                answers.Add(answer);
                if (answer.IsEnd)
                {
                    return answers;
                }
            }
        }

        return answers;
    }

    public Task<LeakAnswer> RunAsync(string sql) => RunAsync(new LeakStep(LeakProtocol.Simple, sql));

    public async Task<LeakAnswer> RunAsync(LeakStep step) => (await RunAsync([step]))[0];

    /// <summary>Sends bytes that make no step and reads to the next ReadyForQuery.</summary>
    public async Task<LeakAnswer> SendAsync(byte[] bytes)
    {
        await _stream.WriteAsync(bytes);
        return await ReadAnswerAsync();
    }

    public void Dispose() => _stream.Dispose();

    private static byte[] BytesOf(LeakStep step) => step.Protocol switch
    {
        LeakProtocol.Simple => FrontendMessages.Query(step.Text),
        LeakProtocol.Extended => [.. FrontendMessages.Parse(step.Text), .. Bind("", 0), .. DescribePortal(""), .. FrontendMessages.Execute(), .. FrontendMessages.Sync],
        LeakProtocol.Binary => [.. FrontendMessages.Parse(step.Text), .. Bind("", 1), .. DescribePortal(""), .. FrontendMessages.Execute(), .. FrontendMessages.Sync],
        LeakProtocol.BindNamed => [.. Bind(step.Text, 0), .. DescribePortal(""), .. FrontendMessages.Execute(), .. FrontendMessages.Sync],
        _ => [.. DescribePortal(step.Text), .. FrontendMessages.Execute(step.Text), .. FrontendMessages.Sync],
    };

    private static byte[] Bind(string statement, int format) =>
        Message('B', [.. CString(""), .. CString(statement), .. Int16(0), .. Int16(0), .. Int16(1), .. Int16(format)]);

    private static byte[] DescribePortal(string portal) => Message('D', [(byte)'P', .. CString(portal)]);

    /// <summary>Reads up to a ReadyForQuery or the end, and only then forgets the bytes.</summary>
    private async Task<LeakAnswer> ReadAnswerAsync()
    {
        var position = _start;
        string? error = null, state = null;
        var rows = 0;
        while (true)
        {
            if (_end - position < 5 || _end - position < BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(position + 1)) + 1)
            {
                var moved = _start;
                if (!await FillAsync())
                {
                    return Finish(_end, isEnd: true);
                }

                position -= moved - _start;
                continue;
            }

            var type = (char)_buffer[position];
            var length = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(position + 1)) + 1;
            var body = _buffer.AsMemory(position + 5, length - 5);
            position += length;
            switch (type)
            {
                case 'E' when error is null:
                    var fields = new WireMessage(type, body.ToArray());
                    error = Encoding.UTF8.GetString(fields.Body).Replace('\0', '|');
                    state = FieldOf(error, 'C');
                    if (OverlooksRowDetails && state is ['2', '3', ..] or ['4', '4', ..])
                    {
                        Blank(body.Span, (byte)'D');
                    }

                    break;
                case 'D' or 'd':
                    rows++;
                    break;
                case 'G':
                    await _stream.WriteAsync((byte[])[.. FrontendMessages.CopyData("21\t5\n"u8.ToArray()), .. Message('c')]);
                    break;
                case 'Z':
                    return Finish(position, isEnd: false);
                default:
                    break;
            }
        }

        LeakAnswer Finish(int end, bool isEnd)
        {
            var bytes = _buffer.AsSpan(_start, end - _start);
            Received += bytes.Length;
            var index = LeakMarkers.IndexOf(bytes, out var form);
            string? leak = null;
            if (index >= 0)
            {
                var from = Math.Max(0, index - 200);
                leak = $"{form}: {Encoding.Latin1.GetString(bytes[from..Math.Min(bytes.Length, index + 60)]).Replace('\0', '.')}";
            }

            _start = end;
            return new LeakAnswer { SqlState = state, Error = error, Rows = rows, Leak = leak, IsEnd = isEnd };
        }
    }

    private static void Blank(Span<byte> fields, byte code)
    {
        for (var i = 0; i < fields.Length && fields[i] != 0;)
        {
            var end = i + fields[i..].IndexOf((byte)0);
            if (fields[i] == code)
            {
                fields[(i + 1)..end].Fill((byte)'.');
            }

            i = end + 1;
        }
    }

    private static string? FieldOf(string fields, char code) =>
        fields.Split('|').FirstOrDefault(field => field.Length > 0 && field[0] == code)?[1..];

    // More bytes behind those that are not searched yet.
    private async Task<bool> FillAsync()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var read = await _stream.ReadAsync(_buffer.AsMemory(_end), patience.Token);
            _end += read;
            return read > 0;
        }
        catch (IOException)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException("Nothing came within a minute.");
        }
    }
}
