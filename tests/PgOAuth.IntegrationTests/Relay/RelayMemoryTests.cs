using PgOAuth.IntegrationTests.Fixtures;
using Xunit;

namespace PgOAuth.IntegrationTests.Relay;

/// <summary>What is large passes through in constant memory, both ways.</summary>
[Collection(AloneCollection.Name)]
public sealed class RelayMemoryTests(ClassProxies proxies) : IClassFixture<ClassProxies>
{
    private const int Megabyte = 1024 * 1024;
    private const int AllowedMegabytes = 64;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // The longest row there is: 1 GB for the server (MaxAllocSize in memutils.h), with what it writes in front of it.
    [Theory]
    [InlineData(15, 256)]
    [InlineData(18, 1000)]
    public Task LongRow_PassesInConstantMemory(int major, int megabytes) => RowAsync(major, megabytes);

    [Fact]
    public async Task Parameter_Of200Megabytes_PassesInConstantMemory()
    {
        const int Length = 200 * Megabyte;
        await using var client = await WarmAsync(18);
        await using var watch = MemoryWatch.Start();
        await client.SendAsync(RawClient.Message('P', RawClient.Text(""), RawClient.Text("select length($1)"), RawClient.Int16(0)), Cancellation);
        await client.SendAsync(
            (byte[])[(byte)'B', .. RawClient.Int32(4 + 1 + 1 + 2 + 2 + 4 + Length + 2), 0, 0, .. RawClient.Int16(0), .. RawClient.Int16(1), .. RawClient.Int32(Length)],
            Cancellation);
        await SendLettersAsync(client, Length, static chunk => chunk);
        await client.SendAsync((byte[])[.. RawClient.Int16(0), .. RawClient.Message('E', RawClient.Text(""), RawClient.Int32(0)), .. RawClient.Sync], Cancellation);

        var row = Assert.Single(await client.ReadUntilReadyAsync(Cancellation), static message => message.Type == 'D');
        Assert.Equal("209715200"u8.ToArray(), row.Body[6..]);
        await watch.ExpectBelowAsync(AllowedMegabytes);
    }

    [Fact]
    public async Task Copy_Of200Megabytes_GoesInAndOutInConstantMemory()
    {
        const int Length = 200 * Megabyte;
        await using var client = await WarmAsync(18);
        await client.CountAsync("create temporary table copied (said text)", Cancellation);
        await using var watch = MemoryWatch.Start();
        await client.SendAsync(RawClient.Query("copy copied from stdin"), Cancellation);
        Assert.Equal('G', (await client.ReadAsync(Cancellation)).Type);
        await SendLettersAsync(client, Length, static chunk => [(byte)'d', .. RawClient.Int32(4 + chunk.Length), .. chunk[..^1], (byte)'\n']);
        await client.SendAsync(RawClient.Message('c'), Cancellation);
        await client.CountAsync(Cancellation);

        Assert.Equal(Length, await client.CountAsync("copy copied to stdout", Cancellation));
        await watch.ExpectBelowAsync(AllowedMegabytes);
    }

    private async Task RowAsync(int major, int megabytes)
    {
        await using var client = await WarmAsync(major);
        await using var watch = MemoryWatch.Start();

        Assert.Equal((megabytes * (long)Megabyte) + 6, await client.CountAsync($"select repeat('x', 1024 * 1024 * {megabytes})", Cancellation));
        await watch.ExpectBelowAsync(AllowedMegabytes);
    }

    // Buffers, compiled code and TLS are there before anything is measured.
    private async Task<RawClient> WarmAsync(int major)
    {
        var client = await RawClient.LogInAsync(await proxies.GetAsync(major), Cancellation);
        await client.CountAsync("select repeat('x', 1024 * 1024 * 8)", Cancellation);
        return client;
    }

    private static async Task SendLettersAsync(RawClient client, int length, Func<byte[], byte[]> frame)
    {
        var letters = new byte[64 * 1024];
        Array.Fill(letters, (byte)'x');
        var framed = frame(letters);
        for (var sent = 0; sent < length; sent += letters.Length)
        {
            await client.SendAsync(framed, Cancellation);
        }
    }
}
