using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace PgOAuth.Transport;

/// <content>Bytes in both directions.</content>
public abstract partial class TransportContract
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bytes_OnTheLoopOrOutside_GoBothWays(bool onLoop)
    {
        var (stream, peer) = await DialedAsync();
        async Task TalkAsync()
        {
            for (byte i = 0; i < 100; i++)
            {
                await stream.WriteAsync(new byte[] { i, 1, 2 });
                Assert.Equal([i, 1, 2], await ReceiveExactlyAsync(peer, 3));
                await peer.SendAsync(new byte[] { 3, i });
                Assert.Equal([3, i], await ReadExactlyAsync(stream, 2));
            }
        }

        await (onLoop ? OnAsync(stream.Loop, TalkAsync) : TalkAsync());
    }

    [Fact]
    public async Task Bytes_ManyMegabytesBothWaysAtOnce_ArriveWhole()
    {
        var (stream, peer) = await AcceptedAsync();
        var sent = Pattern(20_000_000);

        var toPeer = OnAsync(stream.Loop, () => stream.WriteAsync(sent).AsTask());
        var fromPeer = Task.Run(async () =>
        {
            for (var at = 0; at < sent.Length;)
            {
                at += await peer.SendAsync(sent.AsMemory(at));
            }
        });
        var read = OnAsync(stream.Loop, () => ReadExactlyAsync(stream, sent.Length));
        var received = ReceiveExactlyAsync(peer, sent.Length);

        Assert.Equal(sent, await received);
        Assert.Equal(sent, await read);
        await toPeer.WaitAsync(Patience);
        await fromPeer.WaitAsync(Patience);
    }

    [Fact]
    public async Task Write_ToAPeerThatDoesNotRead_Waits()
    {
        var (stream, peer) = await DialedAsync();
        var sent = Pattern(32_000_000);

        var writing = OnAsync(stream.Loop, () => stream.WriteAsync(sent).AsTask());
        await ReceiveExactlyAsync(peer, 1_000);
        await SettleAsync(stream.Loop);

        Assert.False(writing.IsCompleted);
        await ReceiveExactlyAsync(peer, sent.Length - 1_000);
        await writing.WaitAsync(Patience);
    }

    [Fact]
    public async Task Peer_OfSomebodyWhoDoesNotRead_Waits()
    {
        var (stream, peer) = await DialedAsync();
        peer.Blocking = false;
        var sent = 0L;
        for (var stuck = 0; stuck < 50;)
        {
            // What the kernel buffers on both sides, and what the stream does, is bounded.
            var count = peer.Send(new byte[100_000], SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
            {
                stuck++;
                await Task.Delay(5);
            }
            else
            {
                stuck = 0;
                sent += count;
                Assert.True(sent < 64_000_000);
            }
        }

        await ReadExactlyAsync(stream, (int)sent);
    }

    [Fact]
    public async Task Read_IntoAnEmptyBuffer_WaitsForBytesAndTakesNone()
    {
        var (stream, peer) = await DialedAsync();
        await OnAsync(stream.Loop, async () =>
        {
            for (byte i = 0; i < 3; i++)
            {
                var waiting = stream.ReadAsync(Memory<byte>.Empty).AsTask();
                await Loop.NextTurn();
                Assert.False(waiting.IsCompleted);

                await peer.SendAsync(new byte[] { i, 9 });
                Assert.Equal(0, await waiting.WaitAsync(Patience));
                Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty));
                // A buffer that is filled to the brim says nothing about what is behind it.
                Assert.Equal([i, 9], await ReadExactlyAsync(stream, 2));
                await stream.Loop;
            }
        });
    }

    [Fact]
    public async Task Read_BehindTheLastByte_IsTheEnd()
    {
        var (stream, peer) = await DialedAsync();
        await peer.SendAsync(new byte[] { 1, 2, 3 });
        peer.Shutdown(SocketShutdown.Send);

        await OnAsync(stream.Loop, async () =>
        {
            Assert.Equal([1, 2, 3], await ReadExactlyAsync(stream, 3));
            for (var i = 0; i < 3; i++)
            {
                Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty).AsTask().WaitAsync(Patience));
                Assert.Equal(0, await stream.ReadAsync(new byte[10]).AsTask().WaitAsync(Patience));
            }
        });

        // Half closed: the other half lives.
        await stream.WriteAsync(new byte[] { 4 });
        Assert.Equal([4], await ReceiveExactlyAsync(peer, 1));
    }

    [Fact]
    public async Task ShutdownSend_BehindAWriteThatWaits_LetsItOutFirst()
    {
        var (stream, peer) = await DialedAsync();
        var sent = Pattern(16_000_000);
        var writing = OnAsync(stream.Loop, async () =>
        {
            var write = stream.WriteAsync(sent);
            stream.ShutdownSend();
            await write;
        });

        Assert.Equal(sent, await ReceiveExactlyAsync(peer, sent.Length));
        Assert.Equal(0, await peer.ReceiveAsync(new byte[1]));
        await writing.WaitAsync(Patience);
        await peer.SendAsync(new byte[] { 7 });
        Assert.Equal([7], await ReadExactlyAsync(stream, 1));
        await Assert.ThrowsAnyAsync<IOException>(() => stream.WriteAsync(new byte[] { 4 }).AsTask());
    }

    [Fact]
    public async Task Dispose_BehindAWrite_LosesNothing()
    {
        var (stream, peer) = await DialedAsync();
        await OnAsync(stream.Loop, async () =>
        {
            // Somebody may still be reading: the peer sees an end and no reset.
            _ = stream.ReadAsync(new byte[10]).AsTask().ContinueWith(static read => read.Exception, TaskScheduler.Default);
            await stream.WriteAsync(Pattern(100_000));
            await stream.DisposeAsync();
        });

        Assert.Equal(Pattern(100_000), await ReceiveExactlyAsync(peer, 100_000));
        Assert.Equal(0, await peer.ReceiveAsync(new byte[1]));
    }

    [Fact]
    public async Task Tls_OverTwoConnections_Works()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        using var listener = Listen();
        var accepted = new TaskCompletionSource<TransportStream>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var acceptor = Transport.Accept(listener, accepted.SetResult, static (error, _) => Assert.Fail(error.Message));
        var dialed = await OnAsync(Loop, () => Transport.ConnectAsync(listener.LocalEndPoint!, Loop, default).AsTask());
        await using var client = new SslStream(dialed, false, (_, shown, _, _) => shown!.GetCertHashString() == certificate.Thumbprint);
        var connection = await accepted.Task.WaitAsync(Patience);
        await using var server = new SslStream(connection);
        connection.ContinuesOnLoop = false;
        var shake = server.AuthenticateAsServerAsync(certificate);
        await client.AuthenticateAsClientAsync("localhost").WaitAsync(Patience);
        await shake.WaitAsync(Patience);
        connection.ContinuesOnLoop = true;
        var sent = Pattern(3_000_000);

        var echo = OnAsync(connection.Loop, async () =>
        {
            var buffer = new byte[20_000];
            int count;
            while ((count = await server.ReadAsync(buffer)) > 0)
            {
                await server.WriteAsync(buffer.AsMemory(0, count));
            }
        });
        var writing = OnAsync(Loop, () => client.WriteAsync(sent).AsTask());

        Assert.Equal(sent, await ReadExactlyAsync(client, sent.Length));
        await writing.WaitAsync(Patience);
        await client.ShutdownAsync();
        await echo.WaitAsync(Patience);
    }
}
