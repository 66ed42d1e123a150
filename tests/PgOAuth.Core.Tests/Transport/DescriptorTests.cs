using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using PgOAuth.Core.Tests.Benchmarks;
using PgOAuth.Options;
using PgOAuth.Testing;
using Xunit;

namespace PgOAuth.Transport;

/// <summary>File descriptors: none is lost, and none left is no end.</summary>
/// <remarks>Alone, because they belong to the process.</remarks>
[Collection(nameof(AllocationBudgetTests.AloneInTheProcess))]
public sealed class DescriptorTests
{
    private const string Descriptors = "/proc/self/fd";
    private const int MaxOpenFiles = 7;

    public DescriptorTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Counts in /proc.");

    [Theory]
    [InlineData(TransportKind.Loop)]
    [InlineData(TransportKind.Socket)]
    public async Task Transport_Of100Lives_LosesNoDescriptor(TransportKind kind)
    {
        var before = 0;
        for (var i = 0; i < 110; i++)
        {
            if (i == 10)
            {
                before = Count();
            }

            await LiveAsync(kind);
        }

        // The runtime may open one of its own at any time; a hundred would be ours.
        await Eventually.TrueAsync(() => Count() < before + 20, () => $"{before} descriptors became {Count()}.");
    }

    [Theory]
    [InlineData(TransportKind.Loop)]
    [InlineData(TransportKind.Socket)]
    public async Task E14_NoDescriptorLeft_AcceptsThoseWhoWaitedLater(TransportKind kind)
    {
        await using var transport = Create(kind);
        using var listener = Listen();
        var accepted = 0;
        var failures = new List<(SocketError Error, bool GoesOn)>();
        await using var acceptor = transport.Accept(
            listener,
            stream =>
            {
                Interlocked.Increment(ref accepted);
                stream.Dispose();
            },
            (error, goesOn) =>
            {
                lock (failures)
                {
                    failures.Add((error.SocketErrorCode, goesOn));
                }
            });
        var clients = Enumerable.Range(0, 100).Select(static _ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
        await clients[0].ConnectAsync(listener.LocalEndPoint!);
        await Eventually.TrueAsync(() => Volatile.Read(ref accepted) == 1);

        Assert.Equal(0, GetLimit(MaxOpenFiles, out var limit));
        Assert.Equal(0, SetLimit(MaxOpenFiles, limit with { Soft = LowestFree() }));
        try
        {
            foreach (var client in clients[1..])
            {
                await client.ConnectAsync(listener.LocalEndPoint!);
            }

            await Eventually.TrueAsync(() =>
            {
                lock (failures)
                {
                    return failures.Count > 0;
                }
            });
        }
        finally
        {
            _ = SetLimit(MaxOpenFiles, limit);
        }

        await Eventually.TrueAsync(() => Volatile.Read(ref accepted) == 100);
        Assert.All(failures, static failure => Assert.Equal((SocketError.TooManyOpenSockets, true), failure));
        clients.ForEach(static client => client.Dispose());
    }

    private static async Task LiveAsync(TransportKind kind)
    {
        await using var transport = Create(kind);
        using var listener = Listen();
        var accepted = new TaskCompletionSource<TransportStream>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var acceptor = transport.Accept(listener, accepted.SetResult, static (error, _) => Assert.Fail(error.Message));
        await using var client = await transport.ConnectAsync(listener.LocalEndPoint!, transport.Loops[0], default);
        await EventLoop.Leave();
        // Nobody closes this one but the end of the transport.
        var left = await accepted.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await client.WriteAsync(new byte[1]);
        Assert.Equal(1, await left.ReadAsync(new byte[1]));
    }

    private static ITransport Create(TransportKind kind) =>
        TransportFactory.Create(new TransportOptions { Kind = kind, Loops = 2 }, static error => Assert.Fail(error.Message));

    private static Socket Listen()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen(512);
        return socket;
    }

    private static int Count() => Directory.EnumerateFileSystemEntries(Descriptors).Count();

    private static ulong LowestFree()
    {
        var used = Directory.EnumerateFileSystemEntries(Descriptors).Select(static path => ulong.Parse(Path.GetFileName(path), null)).ToHashSet();
        for (var fd = 0UL; ; fd++)
        {
            if (!used.Contains(fd))
            {
                return fd;
            }
        }
    }

    [DllImport("libc", EntryPoint = "getrlimit")]
    private static extern int GetLimit(int resource, out Limit limit);

    [DllImport("libc", EntryPoint = "setrlimit")]
    private static extern int SetLimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private record struct Limit(ulong Soft, ulong Hard);
}
