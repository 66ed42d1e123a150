using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Testing;
using PgOAuth.Testing.Wire;

namespace PgOAuth.IntegrationTests.Soak;

/// <summary>One plaintext connection to the proxy. Nothing may take longer than the patience.</summary>
internal sealed class SoakConnection : IDisposable
{
    /// <summary>Far longer than anything takes on a busy machine, and shorter than every limit of the proxy.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly byte[] _buffer = new byte[32 * 1024];
    private readonly CancellationTokenSource _stop = new();
    private int _start;
    private int _end;
    private string _doing = "nothing";

    private SoakConnection(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    public byte[] Key { get; private set; } = [];

    /// <summary>The most bytes that are taken at once.</summary>
    public int Piece { get; set; } = int.MaxValue;

    /// <summary>Logs in and waits until the session is ready.</summary>
    /// <exception cref="SoakEnded">It was refused.</exception>
    public static async Task<SoakConnection> LogInAsync(IPEndPoint proxy, string user, string database, string token, string name, SoakModel model, bool isNarrow = false)
    {
        var connection = await ConnectAsync(proxy, isNarrow);
        try
        {
            connection.Begin("login");
            await connection.SendAsync(FrontendMessages.Startup(("user", user), ("database", database), ("application_name", name)));
            await connection.SendAsync(FrontendMessages.Password(token));
            while (true)
            {
                var message = await connection.ReadAsync();
                switch (message.Type)
                {
                    case 'R':
                        break;
                    case 'K':
                        connection.Key = message.Body;
                        break;
                    case 'Z':
                        return connection;
                    default:
                        model.Took(message);
                        break;
                }
            }
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sends a CancelRequest and waits until the proxy has closed its connection.</summary>
    public static async Task CancelAsync(IPEndPoint proxy, byte[] key)
    {
        using var connection = await ConnectAsync(proxy);
        connection.Begin("cancel");
        await connection.SendAsync(LoginMessages.Cancel(BinaryPrimitives.ReadInt32BigEndian(key), key[4..]));
        try
        {
            await connection.FillAsync(1);
        }
        catch (SoakEnded)
        {
            // As it should.
        }
    }

    /// <summary>Begins an operation: from now on its patience counts.</summary>
    public void Begin(string what)
    {
        _doing = what;
        _stop.CancelAfter(Patience);
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await _stream.WriteAsync(bytes, _stop.Token);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // What the proxy had to say about it can be read.
        }
        catch (OperationCanceledException)
        {
            throw new SoakViolation($"Hangs in sending: {_doing}");
        }
    }

    public async Task<WireMessage> ReadAsync()
    {
        await FillAsync(5);
        var type = (char)_buffer[_start];
        var length = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_start + 1)) - 4;
        if (length is < 0 or > 1 << 26)
        {
            throw new SoakViolation($"A message '{type}' of {length} bytes: the stream is out of step. {_doing}");
        }

        _start += 5;
        var body = new byte[length];
        var copied = Math.Min(length, _end - _start);
        _buffer.AsSpan(_start, copied).CopyTo(body);
        _start += copied;
        while (copied < length)
        {
            copied += await ReadSomeAsync(body.AsMemory(copied));
        }

        return new WireMessage(type, body);
    }

    /// <summary>Takes the beginning of a message, which may be as short as ReadyForQuery, and leaves it at that.</summary>
    public Task ReadBeginningAsync() => FillAsync(6);

    /// <summary>Goes away without a word, by a reset or an end.</summary>
    public void Abort(bool reset)
    {
        if (reset)
        {
            _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        _socket.Dispose();
    }

    public void CloseSending()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It is closed both ways already.
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _stop.Dispose();
    }

    private static async Task<SoakConnection> ConnectAsync(IPEndPoint proxy, bool isNarrow = false)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (isNarrow)
        {
            // As long as it has taken little, the proxy's kernel takes some 70 KB for it, then more.
            SmallBuffers.Apply(socket, size: 2048, segment: 536);
        }

        await socket.ConnectAsync(proxy);
        return new SoakConnection(socket);
    }

    private async Task FillAsync(int count)
    {
        if (_end - _start >= count)
        {
            return;
        }

        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        while (_end < count)
        {
            _end += await ReadSomeAsync(_buffer.AsMemory(_end));
        }
    }

    private async Task<int> ReadSomeAsync(Memory<byte> buffer)
    {
        try
        {
            var read = await _stream.ReadAsync(buffer[..Math.Min(buffer.Length, Piece)], _stop.Token);
            return read > 0 ? read : throw new SoakEnded("", "the proxy closed the connection");
        }
        catch (OperationCanceledException)
        {
            throw new SoakViolation($"Hangs in reading: {_doing}");
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            throw new SoakEnded("", error.Message);
        }
    }
}
