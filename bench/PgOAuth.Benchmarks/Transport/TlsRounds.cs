using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PgOAuth.Benchmarks.Transport;

/// <summary>
/// What TLS costs the relay for each transaction: a request is decrypted and its reply encrypted, by SslStream and by OpenSSL without it, in turn. The
/// client's end is OpenSSL both times, and so is in both figures; it does the same work as the server's, which leaves half of the second figure for
/// each of them. Linux, OpenSSL 3.
/// </summary>
internal static class TlsRounds
{
    /// <summary>The first argument that asks for this instead of benchmarks.</summary>
    public const string Command = "tls-rounds";

    private const int Rounds = 11;
    private const int Transactions = 100_000;

    // What pgbench -S sends and gets.
    private const int RequestBytes = 70;
    private const int ReplyBytes = 110;

    public static async Task RunAsync()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var sslStream = await SslStreamServer.StartAsync(certificate);
        using var openSsl = new OpenSslServer(certificate);
        await sslStream.RunAsync(Transactions);
        openSsl.Run(Transactions);
        var (through, without) = (new List<double>(), new List<double>());
        for (var i = 0; i < Rounds; i++)
        {
            var begun = Environment.CpuUsage.TotalTime;
            await sslStream.RunAsync(Transactions);
            var between = Environment.CpuUsage.TotalTime;
            openSsl.Run(Transactions);
            through.Add((between - begun).TotalMicroseconds / Transactions);
            without.Add((Environment.CpuUsage.TotalTime - between).TotalMicroseconds / Transactions);
        }

        var (first, second) = (Median(through), Median(without));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"processor time for each transaction, both ends, medians of {Rounds} rounds: SslStream {first:F2} us, OpenSSL {second:F2} us; the server's end {first - (second / 2):F2} and {second / 2:F2} us"));
    }

    private static double Median(List<double> figures)
    {
        figures.Sort();
        return figures[figures.Count / 2];
    }

    /// <summary>A client that asks, and what it does with the answer.</summary>
    private sealed class Client : IDisposable
    {
        private readonly OpenSsl _end = new(certificate: null);
        private readonly byte[] _request = new byte[RequestBytes];
        private readonly byte[] _reply = new byte[16 * 1024];

        internal bool Handshake() => _end.Handshake();

        internal int Drain(Span<byte> room) => _end.Drain(room);

        internal void Feed(ReadOnlySpan<byte> bytes) => _end.Feed(bytes);

        internal void Ask() => _end.Write(_request);

        internal void Take() => Expect.That(_end.Read(_reply) == ReplyBytes, "the client reads the whole reply");

        public void Dispose() => _end.Dispose();
    }

    private sealed class OpenSslServer : IDisposable
    {
        private readonly Client _client = new();
        private readonly OpenSsl _server;
        private readonly byte[] _wire = new byte[32 * 1024];
        private readonly byte[] _plain = new byte[32 * 1024];

        internal OpenSslServer(X509Certificate2 certificate)
        {
            _server = new OpenSsl(certificate);
            var isDone = false;
            for (var i = 0; i < 10 && !isDone; i++)
            {
                isDone = _client.Handshake();
                _server.Feed(_wire.AsSpan(0, _client.Drain(_wire)));
                isDone &= _server.Handshake();
                _client.Feed(_wire.AsSpan(0, _server.Drain(_wire)));
            }

            Expect.That(isDone, "the handshake succeeds");
        }

        internal void Run(int count)
        {
            for (; count > 0; count--)
            {
                _client.Ask();
                _server.Feed(_wire.AsSpan(0, _client.Drain(_wire)));
                Expect.That(_server.Read(_plain) == RequestBytes, "the server reads the whole request");
                _server.Write(_plain.AsSpan(0, ReplyBytes));
                _client.Feed(_wire.AsSpan(0, _server.Drain(_wire)));
                _client.Take();
            }
        }

        public void Dispose()
        {
            _client.Dispose();
            _server.Dispose();
        }
    }

    private sealed class SslStreamServer : IAsyncDisposable
    {
        private readonly Wire _wire = new();
        private readonly SslStream _server;
        private readonly byte[] _plain = new byte[32 * 1024];

        private SslStreamServer() => _server = new SslStream(_wire);

        internal static async Task<SslStreamServer> StartAsync(X509Certificate2 certificate)
        {
            var self = new SslStreamServer();
            self._wire.Client.Handshake();
            await self._server.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate });
            Expect.That(self._wire.Client.Handshake(), "the handshake succeeds");
            return self;
        }

        internal async Task RunAsync(int count)
        {
            for (; count > 0; count--)
            {
                _wire.Client.Ask();
                Expect.That(await _server.ReadAsync(_plain) == RequestBytes, "the server reads the whole request");
                await _server.WriteAsync(_plain.AsMemory(0, ReplyBytes));
                _wire.Client.Take();
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _server.DisposeAsync();
            _wire.Client.Dispose();
        }
    }

    /// <summary>The client, as the stream beneath SslStream. Whatever is read is there already, so nobody waits.</summary>
    private sealed class Wire : Stream
    {
        internal Client Client { get; } = new();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Client.Drain(buffer.Span));

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Client.Feed(buffer.Span);
            Client.Handshake();
            return default;
        }

        public override void Flush()
        {
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
