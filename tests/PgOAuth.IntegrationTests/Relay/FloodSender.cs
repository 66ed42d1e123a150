namespace PgOAuth.IntegrationTests.Relay;

/// <summary>Sends a flood until it is told that it is enough, or has got rid of so many bytes.</summary>
internal sealed class FloodSender : IAsyncDisposable
{
    private readonly CancellationTokenSource _enough = new();
    private readonly NarrowClient _client;
    private int _begun;
    private volatile bool _isCounted;

    public FloodSender(NarrowClient client, Flood flood, long most, CancellationToken cancellationToken)
    {
        _client = client;
        Completion = Task.Run(() => SendAsync(flood, most, cancellationToken), cancellationToken);
    }

    /// <summary>Completes when all of it is sent.</summary>
    public Task Completion { get; }

    /// <summary>Ends the flood in order.</summary>
    public void Enough() => _enough.Cancel();

    /// <summary>Whether there is a message of this number, as soon as that is known.</summary>
    public async Task<bool> HasAsync(int number)
    {
        while (Volatile.Read(ref _begun) < number)
        {
            if (_isCounted)
            {
                return Volatile.Read(ref _begun) >= number;
            }

            await Task.Delay(1);
        }

        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        if (!Completion.IsCompleted)
        {
            // The test has failed, and nobody will read any more.
            _client.Abort();
        }

        await Completion.ContinueWith(static _ => { }, TaskScheduler.Default);
        _enough.Dispose();
    }

    private async Task SendAsync(Flood flood, long most, CancellationToken cancellationToken)
    {
        try
        {
            await _client.SendAsync(flood.First, cancellationToken);
            while (!_enough.IsCancellationRequested && _client.Sent < most)
            {
                await _client.SendAsync(flood.Next(Interlocked.Increment(ref _begun)), cancellationToken);
            }
        }
        finally
        {
            _isCounted = true;
        }

        await _client.SendAsync(flood.Last, cancellationToken);
    }
}
