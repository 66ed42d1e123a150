using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using PgOAuth.Options;
using PgOAuth.Testing;
using Xunit;

namespace PgOAuth.Startup;

public sealed class CancelRequestRouterTests : IDisposable
{
    private static readonly IPAddress Attacker = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Owner = IPAddress.Parse("192.0.2.2");

    private readonly ManualTimeProvider _time = new();
    private readonly CancelRequestRouter _router;
    private int _cancels;

    public CancelRequestRouterTests() => _router = new CancelRequestRouter(new ProxyLimits { MaxConcurrentCancels = 3 }, _time, NullLogger.Instance);

    public void Dispose() => _router.Dispose();

    [Theory]
    [InlineData(0, 4)]
    [InlineData(2, 32)]
    public void A33_Keys_AreRandomOfTheVersionsLengthWithPositiveIds(int minor, int length)
    {
        var keys = Enumerable.Range(0, 1_000).Select(_ => _router.Register(minor, CountAsync)).ToList();

        Assert.All(keys, key => Assert.Equal(length, key.Secret.Length));
        Assert.All(keys, static key => Assert.True(key.ProcessId > 0));
        Assert.Equal(1_000, keys.Select(static key => key.ProcessId).Distinct().Count());
        Assert.Equal(1_000, keys.Select(static key => Convert.ToHexString(key.Secret)).Distinct().Count());
        Assert.Equal(1_000, _router.Count);
        keys.ForEach(_router.Unregister);
        Assert.Equal(0, _router.Count);
    }

    [Fact]
    public async Task A33_AMillionWrongKeys_BlockTheirAddressOnly()
    {
        var key = _router.Register(0, CountAsync);
        for (var i = 0; i < 1_000_000; i++)
        {
            Assert.False(await CancelAsync(key.ProcessId, RandomNumberGenerator.GetBytes(3), Attacker));
        }

        Assert.False(await CancelAsync(key.ProcessId, key.Secret, Attacker));
        Assert.Equal(0, _cancels);

        Assert.True(await CancelAsync(key.ProcessId, key.Secret, Owner));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await CancelAsync(key.ProcessId, key.Secret, Attacker));
        Assert.Equal(2, _cancels);
    }

    [Fact]
    public async Task A33_LastAllowedFailure_IsTheSixtieth()
    {
        var key = _router.Register(2, CountAsync);
        for (var i = 0; i < 59; i++)
        {
            await CancelAsync(key.ProcessId, [1, 2, 3, 4], Attacker);
        }

        Assert.True(await CancelAsync(key.ProcessId, key.Secret, Attacker));
        await CancelAsync(key.ProcessId, [1, 2, 3, 4], Attacker);
        Assert.False(await CancelAsync(key.ProcessId, key.Secret, Attacker));
    }

    [Fact]
    public async Task A33_GuessesFromOneIpv6Network_CountTogether()
    {
        var key = _router.Register(0, CountAsync);
        for (var i = 1; i <= 60; i++)
        {
            await CancelAsync(key.ProcessId, [1, 2, 3], IPAddress.Parse($"2001:db8::{i:x}"));
        }

        Assert.False(await CancelAsync(key.ProcessId, key.Secret, IPAddress.Parse("2001:db8::ffff")));
        Assert.True(await CancelAsync(key.ProcessId, key.Secret, IPAddress.Parse("2001:db8:0:1::1")));
    }

    [Fact]
    public async Task A34_UnregisteredKey_CancelsNothing()
    {
        var key = _router.Register(2, CountAsync);
        _router.Unregister(key);

        Assert.False(await CancelAsync(key.ProcessId, key.Secret, Owner));
        Assert.Equal(0, _cancels);
    }

    [Fact]
    public async Task A35_ConcurrentCancels_AreBoundedAndFreedAgain()
    {
        var release = new TaskCompletionSource<bool>();
        var key = _router.Register(2, _ =>
        {
            Interlocked.Increment(ref _cancels);
            return new ValueTask<bool>(release.Task);
        });
        var waiting = Enumerable.Range(0, 3).Select(_ => CancelAsync(key.ProcessId, key.Secret, Owner)).ToList();
        for (var i = 0; i < 10_000; i++)
        {
            Assert.False(await CancelAsync(key.ProcessId, key.Secret, Owner));
        }

        Assert.Equal(3, _cancels);
        release.SetResult(true);
        Assert.All(await Task.WhenAll(waiting), Assert.True);
        Assert.True(await CancelAsync(key.ProcessId, key.Secret, Owner));
    }

    [Fact]
    public async Task A35_CancelThatFails_GivesItsPlaceBack()
    {
        var key = _router.Register(2, static _ => throw new IOException());
        for (var i = 0; i < 10; i++)
        {
            await Assert.ThrowsAsync<IOException>(() => CancelAsync(key.ProcessId, key.Secret, Owner));
        }
    }

    [Fact]
    public async Task A35_SlowCancel_IsCutOffByTheTimeout()
    {
        var key = _router.Register(2, async cancellation =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return true;
        });

        var cancel = CancelAsync(key.ProcessId, key.Secret, Owner);
        _time.Advance(TimeSpan.FromSeconds(11));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancel.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private Task<bool> CancelAsync(int processId, byte[] secret, IPAddress? address) =>
        _router.CancelAsync(processId, secret, address, TestContext.Current.CancellationToken).AsTask();

    private ValueTask<bool> CountAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _cancels);
        return ValueTask.FromResult(true);
    }
}
